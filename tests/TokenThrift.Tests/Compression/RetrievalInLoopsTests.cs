using Microsoft.Extensions.AI;
using TokenThrift.Budgets;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.Requests;
using TokenThrift.TestSupport;

namespace TokenThrift.Tests.Compression;

/// <summary>The retrieve tool in the function loop of Microsoft.Extensions.AI.</summary>
public sealed class RetrievalInLoopsTests
{
    /// <summary>Gets every place of a loop, every way to call, streamed and not.</summary>
    public static TheoryData<string, string, bool> Cases
    {
        get
        {
            var cases = new TheoryData<string, string, bool>();
            foreach (string loop in new[] { "above", "above, stops at unknown", "below, moved above", "below" })
            {
                foreach (string way in RetrievingModel.Ways)
                {
                    cases.Add(loop, way, true);
                    cases.Add(loop, way, false);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Removed_content_is_given_back_and_the_applications_tools_run_once(string loop, string way, bool streamed)
    {
        using ScriptedChatClient model = RetrievingModel.Client(way, "read_log", "clock");
        using IChatClient client = Build(model, loop);
        int reads = 0;
        int ticks = 0;
        AITool[] tools = [AIFunctionFactory.Create(() => { reads++; return RetrievingModel.Log; }, "read_log"), AIFunctionFactory.Create(() => $"tick {++ticks}", "clock")];

        // A loop below us runs what it is asked for unseen; only what the application then sends can be compressed.
        bool isBelow = loop == "below";
        List<ChatMessage> history = [new(ChatRole.User, "What went wrong?")];
        history = isBelow ? history.Call("read_log", RetrievingModel.Log, id: "read") : history;
        ChatResponse response = await client.AskAsync(streamed, history, new ChatOptions { Tools = [.. tools] });

        Assert.EndsWith("done", response.Text, StringComparison.Ordinal);
        Assert.Equal((isBelow ? 0 : 1, way == "alone" ? 0 : 1), (reads, ticks));
        // A loop below us runs the tool like any other, and shows that it did.
        Assert.Equal(isBelow, response.Messages.SelectMany(m => m.Contents).OfType<FunctionCallContent>().Any(call => call.Name == RetrievingModel.Tool));
        Assert.Equal(isBelow ? 2 : 3, model.Calls.Count);
        FunctionResultContent[] results = [.. model.Calls[^1].Messages.SelectMany(m => m.Contents).OfType<FunctionResultContent>()];
        Assert.Equal(RetrievingModel.Log, Assert.Single(results, result => result.CallId == "ours").Result);
        Assert.DoesNotContain(results, result => result.Result!.ToString()!.Contains("not found", StringComparison.OrdinalIgnoreCase));
        foreach (ScriptedChatClient.ScriptedCall call in model.Calls)
        {
            string[] calls = [.. call.Messages.SelectMany(m => m.Contents).OfType<FunctionCallContent>().Select(c => c.CallId)];
            Assert.Equal(calls.Order(), call.Messages.SelectMany(m => m.Contents).OfType<FunctionResultContent>().Select(r => r.CallId).Order());
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_loop_below_fetched_back_is_not_taken_out_again(bool streamed)
    {
        using ScriptedChatClient model = RetrievingModel.Client("alone", "read_log", "clock");
        using IChatClient client = Build(model, "below");
        List<ChatMessage> messages = [new(ChatRole.User, "What went wrong?")];
        messages.Call("read_log", RetrievingModel.Log, id: "read");
        messages.AddRange((await client.AskAsync(streamed, messages)).Messages);
        messages.Add(new ChatMessage(ChatRole.User, "Thanks. And now?"));

        await client.AskAsync(streamed, messages);

        FunctionResultContent[] results = [.. model.Calls[^1].Messages.SelectMany(m => m.Contents).OfType<FunctionResultContent>()];
        Assert.Equal(RetrievingModel.Log, Assert.Single(results, result => result.CallId == "ours").Result!.ToString());
        Assert.Contains("[removed", results[0].Result!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("alone", true)]
    [InlineData("alone", false)]
    [InlineData("before a tool", true)]
    [InlineData("before a tool", false)]
    [InlineData("after a tool", true)]
    [InlineData("after a tool", false)]
    public async Task Every_round_trip_is_held_and_on_a_receipt(string way, bool streamed)
    {
        using ScriptedChatClient model = RetrievingModel.Client(way, "read_log", "clock");
        using IChatClient client = Build(model, "above");
        ChatOptions options = new() { Tools = [AIFunctionFactory.Create(() => RetrievingModel.Log, "read_log"), AIFunctionFactory.Create(() => "tick", "clock")] };

        using BudgetTask task = client.GetService<IBudgets>()!.BeginTask("close", Limit.Usd(1));
        await client.AskAsync(streamed, "What went wrong?", options);

        CallRecord[] calls = [.. client.GetService<ReceiptBook>()!.Recent().Reverse().SelectMany(receipt => receipt.Calls)];
        Assert.Equal(model.Calls.Count, calls.Length);
        Assert.Equal(way == "alone" ? 1 : 0, calls.Count(call => call.Purpose == CallPurpose.Retrieval));
        Assert.All(calls, call => Assert.True(call.Held!.Value.Value >= call.Cost!.Value.Value));
        Assert.Equal(calls.Sum(call => call.Cost!.Value.Value), task.Spent.Value);
        Assert.Equal(model.Calls.Count, task.Summary.Spent.Calls);
        Assert.Equal(default, task.Summary.Held);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_round_trip_that_the_budget_refuses_ends_the_request_and_leaves_nothing_held(bool streamed)
    {
        using ScriptedChatClient model = RetrievingModel.Client("alone", "read_log", "clock");
        using IChatClient client = Build(model, "above");
        ChatOptions options = new() { Tools = [AIFunctionFactory.Create(() => RetrievingModel.Log, "read_log")] };

        using BudgetTask task = client.GetService<IBudgets>()!.BeginTask("close", Limit.Calls(2));
        await Assert.ThrowsAsync<BudgetExceededException>(() => client.AskAsync(streamed, "What went wrong?", options));

        Assert.Equal(2, model.Calls.Count);
        Assert.Equal(2, task.Summary.Spent.Calls);
        Assert.Equal(default, task.Summary.Held);
    }

    private static IChatClient Build(ScriptedChatClient model, string loop) => loop switch
    {
        "above" => model.AsBuilder().UseFunctionInvocation().UseTokenThrift().Build(),
        "above, stops at unknown" => model.AsBuilder().UseFunctionInvocation(null, l => l.TerminateOnUnknownCalls = true).UseTokenThrift().Build(),
        "below, moved above" => model.AsBuilder().UseTokenThrift().UseFunctionInvocation().Build(),
        _ => new ChatClientBuilder(new Catalogued(model.AsBuilder().UseFunctionInvocation().Build())).UsePromptCompression().Build(),
    };

    // Says which model it is, as a leg does, but holds the loop.
    private sealed class Catalogued(IChatClient inner) : DelegatingChatClient(inner)
    {
        public override object? GetService(Type serviceType, object? serviceKey = null) =>
            serviceType == typeof(ModelInfo) ? ModelCatalog.Default.Find("gpt-5.4-mini") : base.GetService(serviceType, serviceKey);
    }
}
