using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;
using TokenThrift.Receipts;
using TokenThrift.TestSupport;

namespace TokenThrift.SemanticKernel.Tests;

/// <summary>A kernel with a tool, over the real OpenAI connector and a server on this machine that asks for the tool once.</summary>
internal sealed class KernelHarness : IAsyncDisposable
{
    private KernelHarness(LoopbackOpenAIServer server, Kernel kernel, WeatherPlugin plugin)
    {
        Server = server;
        Kernel = kernel;
        Plugin = plugin;
    }

    public LoopbackOpenAIServer Server { get; }

    public Kernel Kernel { get; }

    public WeatherPlugin Plugin { get; }

    public ReceiptBook Book => Kernel.Services.GetRequiredService<ReceiptBook>();

    public static PromptExecutionSettings Settings => new() { FunctionChoiceBehavior = FunctionChoiceBehavior.Auto() };

    public static async Task<KernelHarness> StartAsync(Action<IKernelBuilder, Uri> addModel, Action<IKernelBuilder>? further = null, Action<TokenThriftOptions>? configure = null)
    {
        LoopbackOpenAIServer server = await LoopbackOpenAIServer.StartAsync(Answer);
        IKernelBuilder builder = Kernel.CreateBuilder();
        addModel(builder, server.Endpoint);
        further?.Invoke(builder);
        builder.AddTokenThrift(configure);
        Kernel kernel = builder.Build();
        var plugin = new WeatherPlugin();
        kernel.Plugins.AddFromObject(plugin, "tools");
        return new KernelHarness(server, kernel, plugin);
    }

    /// <summary>Runs a prompt, streamed or not, and returns its text.</summary>
    public async Task<string> PromptAsync(bool streamed, string prompt = "What is the weather in Oslo?", PromptExecutionSettings? settings = null)
    {
        var arguments = new KernelArguments(settings ?? Settings);
        if (!streamed)
        {
            FunctionResult result = await Kernel.InvokePromptAsync(prompt, arguments);
            return result.GetValue<string>()!;
        }

        var text = new System.Text.StringBuilder();
        await foreach (StreamingKernelContent content in Kernel.InvokePromptStreamingAsync(prompt, arguments))
        {
            text.Append(content);
        }

        return text.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        if (Kernel.Services is IAsyncDisposable services)
        {
            await services.DisposeAsync();
        }

        await Server.DisposeAsync();
    }

    private static LoopbackReply Answer(LoopbackRequest request) =>
        request.Body.GetProperty("messages").EnumerateArray().Last().GetProperty("role").GetString() == "tool"
            ? new LoopbackReply { Text = "It is sunny.", InputTokens = 40, CachedTokens = 16, OutputTokens = 7 }
            : new LoopbackReply
            {
                ToolCalls = [new LoopbackToolCall("call_1", "tools_weather", """{"city":"Oslo"}""")],
                FinishReason = "tool_calls",
                InputTokens = 20,
                OutputTokens = 9,
            };
}
