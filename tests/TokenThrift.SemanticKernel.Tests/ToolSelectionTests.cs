using System.Text.Json;
using Microsoft.SemanticKernel;
using TokenThrift.TestSupport;

namespace TokenThrift.SemanticKernel.Tests;

public sealed class ToolSelectionTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_kernel_runs_a_function_that_the_model_had_to_search_for(bool streamed)
    {
        await using LoopbackOpenAIServer server = await LoopbackOpenAIServer.StartAsync(Answer);
        IKernelBuilder builder = Kernel.CreateBuilder();
        builder.AddOpenAIChatClient("gpt-5.5", server.Endpoint, "key");
        builder.AddTokenThrift(options => options.Compression.MaximumTools = 1);
        Kernel kernel = builder.Build();
        int ran = 0;
        kernel.Plugins.AddFromFunctions("tools", [
            KernelFunctionFactory.CreateFromMethod(() => "posted", "post_invoice", "Posts an invoice to the ledger."),
            KernelFunctionFactory.CreateFromMethod(
                () =>
                {
                    ran++;
                    return "It plays.";
                },
                "play_song",
                "Plays music by an artist."),
            KernelFunctionFactory.CreateFromMethod(() => "ok", "set_alarm", "Sets an alarm clock.")]);
        var arguments = new KernelArguments(new PromptExecutionSettings { FunctionChoiceBehavior = FunctionChoiceBehavior.Auto() });

        string text = string.Empty;
        if (streamed)
        {
            await foreach (StreamingKernelContent part in kernel.InvokePromptStreamingAsync("Post the invoice of Acme", arguments))
            {
                text += part;
            }
        }
        else
        {
            text = (await kernel.InvokePromptAsync("Post the invoice of Acme", arguments)).GetValue<string>()!;
        }

        Assert.Equal("Done.", text);
        Assert.Equal(1, ran);
        Assert.Equal(["tools_post_invoice", "thrift_find_tools"], Names(server.Requests[0]));
        Assert.Equal(["tools_post_invoice", "thrift_find_tools", "tools_play_song"], Names(server.Requests[1]));
        Assert.Equal(Names(server.Requests[1]), Names(server.Requests[2]));
        Assert.Equal(3, server.Requests.Count);
    }

    private static LoopbackReply Answer(LoopbackRequest request)
    {
        JsonElement last = request.Body.GetProperty("messages").EnumerateArray().Last();
        string[] tools = Names(request);
        return last.GetProperty("role").GetString() == "tool" && last.GetProperty("content").ToString().Contains("It plays.", StringComparison.Ordinal) ? new LoopbackReply { Text = "Done.", InputTokens = 40, OutputTokens = 3 }
            : new LoopbackReply
            {
                ToolCalls = [tools.Contains("tools_play_song") ? new LoopbackToolCall("c2", "tools_play_song", "{}") : new LoopbackToolCall("c1", "thrift_find_tools", """{"query":"play music"}""")],
                FinishReason = "tool_calls",
                InputTokens = 20,
                OutputTokens = 9,
            };
    }

    private static string[] Names(LoopbackRequest request) =>
        [.. request.Body.GetProperty("tools").EnumerateArray().Select(tool => tool.GetProperty("function").GetProperty("name").GetString()!)];
}
