using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;
using TokenThrift.Receipts;
using TokenThrift.TestSupport;

namespace TokenThrift.SemanticKernel.Tests;

public class KernelTests
{
    public static TheoryData<string, bool> Modes => new()
    {
        { "client", false }, { "client", true }, { "keyed client", false }, { "keyed client", true },
        { "completion", false }, { "completion", true }, { "both", false }, { "both", true },
    };

    /// <summary>F1 and F2: the connector's client holds its own function loop; every model call must be seen all the same.</summary>
    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Every_model_call_of_a_prompt_with_tools_is_seen(string registered, bool streamed)
    {
        await using KernelHarness kernel = await KernelHarness.StartAsync((builder, endpoint) => Register(builder, endpoint, registered));

        string text = await kernel.PromptAsync(streamed);

        Assert.Equal("It is sunny.", text);
        Assert.Equal(1, kernel.Plugin.Runs);
        Assert.Equal(2, kernel.Server.Requests.Count);
        Assert.Equal(2, kernel.Book.Recent().Count);
    }

    /// <summary>F4: through the completion service's adapter usage is not where a chat client has it.</summary>
    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Usage_is_the_providers_and_not_an_estimate(string registered, bool streamed)
    {
        await using KernelHarness kernel = await KernelHarness.StartAsync((builder, endpoint) => Register(builder, endpoint, registered));

        await kernel.PromptAsync(streamed);

        IReadOnlyList<CallRecord> calls = [.. kernel.Book.Recent().SelectMany(receipt => receipt.Calls)];
        Assert.All(calls, call => Assert.False(call.IsEstimated));
        Assert.Equal(60, calls.Sum(call => call.Usage.Input));
        Assert.Equal(16, calls.Sum(call => call.Usage.CachedInput));
        Assert.Equal(16, calls.Sum(call => call.Usage.Output));
    }

    [Theory]
    [InlineData("client", false)]
    [InlineData("client", true)]
    [InlineData("completion", false)]
    [InlineData("completion", true)]
    public async Task Function_invocation_filters_still_run_once_for_each_tool_call(string registered, bool streamed)
    {
        var filter = new CountingFilter();
        await using KernelHarness kernel = await KernelHarness.StartAsync(
            (builder, endpoint) => Register(builder, endpoint, registered),
            builder => builder.Services.AddSingleton<IAutoFunctionInvocationFilter>(filter));

        await kernel.PromptAsync(streamed);

        Assert.Equal(1, filter.Runs);
    }

    /// <summary>F8: the task flows into prompts and plugins.</summary>
    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Ambient_task_reaches_plugins_and_receipts(string registered, bool streamed)
    {
        await using KernelHarness kernel = await KernelHarness.StartAsync((builder, endpoint) => Register(builder, endpoint, registered));

        using (Requests.AmbientTask.Begin("close"))
        {
            await kernel.PromptAsync(streamed);
        }

        Assert.Equal("close", kernel.Plugin.SeenTask);
        Assert.All(kernel.Book.Recent(), receipt => Assert.StartsWith("close-", receipt.Identity.Task, StringComparison.Ordinal));
    }

    /// <summary>Semantic Kernel turns its settings into JSON on the way; a setting of ours survives that and stops before the wire.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Settings_of_a_request_arrive_and_do_not_reach_the_wire(bool streamed)
    {
        await using KernelHarness kernel = await KernelHarness.StartAsync((builder, endpoint) => Register(builder, endpoint, "client"));
        PromptExecutionSettings settings = KernelHarness.Settings;
        settings.ExtensionData = new Dictionary<string, object> { [Requests.RequestSettings.Tenant.Key] = "acme" };

        await kernel.PromptAsync(streamed, settings: settings);

        Assert.All(kernel.Book.Recent(), receipt => Assert.Equal("acme", receipt.Identity.Tenant));
        Assert.All(kernel.Server.Requests, request => Assert.DoesNotContain("tokenthrift", request.Body.GetRawText(), StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>F7: a kernel asks its chat client for metadata and fails without.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Kernel_over_added_models_alone_answers_prompts(bool streamed)
    {
        IKernelBuilder builder = Kernel.CreateBuilder();
        builder.AddTokenThrift(thrift => thrift.AddModel("gpt-5.4-nano", _ => new ScriptedChatClient("hello")));
        Kernel kernel = builder.Build();

        Assert.NotNull(kernel.GetRequiredService<IChatClient>().GetService<ChatClientMetadata>());
        string text = streamed
            ? string.Concat(await kernel.InvokePromptStreamingAsync("hi").Select(part => part.ToString()).ToListAsync())
            : (await kernel.InvokePromptAsync("hi")).ToString();
        Assert.Equal("hello", text);
    }

    [Fact]
    public void Nothing_to_decorate_is_an_error_that_names_the_fix()
    {
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => Kernel.CreateBuilder().AddTokenThrift());

        Assert.Contains("AddChatClient", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Adding_it_twice_decorates_once()
    {
        await using KernelHarness kernel = await KernelHarness.StartAsync((builder, endpoint) =>
        {
            Register(builder, endpoint, "both");
            builder.AddTokenThrift();
        });

        await kernel.PromptAsync(streamed: false);

        Assert.Equal(2, kernel.Book.Recent().Count);
    }

    private static void Register(IKernelBuilder builder, Uri endpoint, string registered)
    {
        switch (registered)
        {
            case "client":
                builder.AddOpenAIChatClient("gpt-5.4-mini", endpoint, "key");
                break;
            case "keyed client":
                builder.AddOpenAIChatClient("gpt-5.4-mini", endpoint, "key", serviceId: "main");
                break;
            case "completion":
                builder.AddOpenAIChatCompletion("gpt-5.4-mini", endpoint, "key");
                break;
            default:
                builder.AddOpenAIChatClient("gpt-5.4-mini", endpoint, "key");
                builder.AddOpenAIChatCompletion("gpt-5.4-mini", endpoint, "key");
                break;
        }
    }

    private sealed class CountingFilter : IAutoFunctionInvocationFilter
    {
        public int Runs { get; private set; }

        public Task OnAutoFunctionInvocationAsync(AutoFunctionInvocationContext context, Func<AutoFunctionInvocationContext, Task> next)
        {
            Runs++;
            return next(context);
        }
    }
}
