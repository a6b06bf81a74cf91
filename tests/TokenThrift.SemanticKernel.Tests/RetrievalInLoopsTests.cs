using System.ComponentModel;
using System.Text.Json;
using Microsoft.Agents.AI;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;
using TokenThrift.Receipts;
using TokenThrift.Requests;
using TokenThrift.TestSupport;

namespace TokenThrift.SemanticKernel.Tests;

/// <summary>The retrieve tool in the function loops of Semantic Kernel and of Agent Framework.</summary>
public sealed class RetrievalInLoopsTests
{
    /// <summary>Gets every way to register a model with a kernel, every way to call, streamed and not.</summary>
    public static TheoryData<string, string, bool> KernelCases => Cases("client", "completion");

    /// <summary>Gets every place of an agent's loop, every way to call, streamed and not.</summary>
    public static TheoryData<string, string, bool> AgentCases => Cases("above", "above, stops at unknown", "inside");

    [Theory]
    [MemberData(nameof(KernelCases))]
    public async Task In_a_kernel_removed_content_is_given_back_and_plugins_run_once(string registered, string way, bool streamed)
    {
        await using LoopbackOpenAIServer server = await LoopbackOpenAIServer.StartAsync(request => Answer(request, way));
        IKernelBuilder builder = Kernel.CreateBuilder();
        _ = registered == "client"
            ? builder.AddOpenAIChatClient("gpt-5.4-mini", server.Endpoint, "key")
            : builder.AddOpenAIChatCompletion("gpt-5.4-mini", server.Endpoint, "key");
        builder.AddTokenThrift();
        Kernel kernel = builder.Build();
        var plugin = new LogPlugin();
        kernel.Plugins.AddFromObject(plugin, "tools");
        var arguments = new KernelArguments(new PromptExecutionSettings { FunctionChoiceBehavior = FunctionChoiceBehavior.Auto() });

        string text = streamed
            ? string.Concat(await kernel.InvokePromptStreamingAsync("What went wrong?", arguments).Select(part => part.ToString()).ToListAsync())
            : (await kernel.InvokePromptAsync("What went wrong?", arguments)).ToString();

        Assert.Equal("done", text);
        Assert.Equal((1, way == "alone" ? 0 : 1), (plugin.Reads, plugin.Ticks));
        Assert.Equal(3, server.Requests.Count);
        JsonElement[] results = [.. server.Requests[^1].Messages.Where(message => message.GetProperty("role").GetString() == "tool")];
        Assert.Equal(RetrievingModel.Log, LoopbackRequest.TextOf(Assert.Single(results, result => result.GetProperty("tool_call_id").GetString() == "ours")));
        Assert.DoesNotContain(results, result => LoopbackRequest.TextOf(result).Contains("not found", StringComparison.OrdinalIgnoreCase));
        AssertReceipts(kernel.Services.GetRequiredService<ReceiptBook>(), way);
    }

    [Theory]
    [MemberData(nameof(AgentCases))]
    public async Task In_an_agent_removed_content_is_given_back_and_tools_run_once(string loop, string way, bool streamed)
    {
        using ScriptedChatClient provider = RetrievingModel.Client(way, "read_log", "clock");
        ChatClientBuilder builder = provider.AsBuilder();
        using IChatClient client = (loop switch
        {
            "above" => builder.UseTokenThrift(),
            "inside" => builder.UseTokenThrift().UseFunctionInvocation(),
            _ => builder.UseFunctionInvocation(null, l => l.TerminateOnUnknownCalls = true).UseTokenThrift(),
        }).Build();
        var plugin = new LogPlugin();
        AIAgent agent = client.AsAIAgent("You read logs.", "reader", tools: [AIFunctionFactory.Create(plugin.ReadLog, "read_log"), AIFunctionFactory.Create(plugin.Clock, "clock")]);
        AgentSession session = await agent.CreateSessionAsync();

        string first = await RunAsync(agent, session, streamed, "What went wrong?");
        int asked = provider.Calls.Count;
        IReadOnlyList<ChatMessage> sent = provider.Calls[^1].Messages;
        await RunAsync(agent, session, streamed, "Thanks. And now?");

        Assert.Equal("done", first);
        Assert.Equal((1, way == "alone" ? 0 : 1), (plugin.Reads, plugin.Ticks));
        Assert.Equal(3, asked);
        Assert.Equal(RetrievingModel.Log, Given(sent));
        // The agent's own history knows nothing of it; what was sent is sent again.
        Assert.Equal(sent.Select(MessageHash.Of), provider.Calls[^1].Messages.Take(sent.Count).Select(MessageHash.Of));
        AssertReceipts(client.GetService<ReceiptBook>()!, way);
    }

    private static TheoryData<string, string, bool> Cases(params string[] places)
    {
        var cases = new TheoryData<string, string, bool>();
        foreach (string place in places)
        {
            foreach (string way in RetrievingModel.Ways)
            {
                cases.Add(place, way, true);
                cases.Add(place, way, false);
            }
        }

        return cases;
    }

    private static async Task<string> RunAsync(AIAgent agent, AgentSession session, bool streamed, string question) => streamed
        ? string.Concat(await agent.RunStreamingAsync(question, session).Select(update => update.Text).ToListAsync())
        : (await agent.RunAsync(question, session)).Text;

    private static object? Given(IEnumerable<ChatMessage> messages) =>
        Assert.Single(messages.SelectMany(message => message.Contents).OfType<Microsoft.Extensions.AI.FunctionResultContent>(), result => result.CallId == "ours").Result;

    private static void AssertReceipts(ReceiptBook book, string way)
    {
        CallRecord[] calls = [.. book.Recent().SelectMany(receipt => receipt.Calls)];
        Assert.Equal(way == "alone" ? 1 : 0, calls.Count(call => call.Purpose == CallPurpose.Retrieval));
        Assert.All(calls, call => Assert.True(call.Held!.Value.Value >= call.Cost!.Value.Value));
    }

    private static LoopbackReply Answer(LoopbackRequest request, string way)
    {
        (string Role, string Text)[] messages = [.. request.Messages.Select(message => (message.GetProperty("role").GetString()!, LoopbackRequest.TextOf(message)))];
        IReadOnlyList<(string Id, string Name, string? Reference)> calls = RetrievingModel.Next(messages, way, "tools_read_log", "tools_clock");
        return calls.Count == 0 ? LoopbackReply.Answer("done") : new LoopbackReply
        {
            ToolCalls = [.. calls.Select(call => new LoopbackToolCall(call.Id, call.Name, call.Reference is null ? "{}" : JsonSerializer.Serialize(new { @ref = call.Reference })))],
            FinishReason = "tool_calls",
        };
    }

    private sealed class LogPlugin
    {
        public int Reads { get; private set; }

        public int Ticks { get; private set; }

        [KernelFunction("read_log")]
        [Description("Gives the log.")]
        public string ReadLog()
        {
            Reads++;
            return RetrievingModel.Log;
        }

        [KernelFunction("clock")]
        [Description("Tells the time.")]
        public string Clock() => $"tick {++Ticks}";
    }
}
