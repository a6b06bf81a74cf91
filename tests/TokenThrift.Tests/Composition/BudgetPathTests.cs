using Microsoft.Extensions.AI;
using TokenThrift.Budgets;
using TokenThrift.Requests;
using TokenThrift.TestSupport;
using static TokenThrift.Tests.Composition.RoutedServers;

namespace TokenThrift.Tests.Composition;

/// <summary>Whatever sends a request, an attempt, an escalation, a judge, is held for and charged to the task that caused it. Requests are counted on the wire.</summary>
public class BudgetPathTests
{
    private static readonly LoopbackReply Good = LoopbackReply.Answer("a good answer", input: 20, output: 4);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Attempts_judges_and_escalations_are_all_in_the_tasks_books(bool streamed)
    {
        await using RoutedServers servers = await StartAsync(
            new()
            {
                [Nano] = [LoopbackReply.Answer("a poor answer", input: 20, output: 4)],
                [Mini] = [LoopbackReply.Answer("BAD", input: 60, output: 1)],
                [Large] = [Good],
            },
            thrift =>
            {
                thrift.Routing.JudgeModelId = Mini;
                thrift.Routing.MaximumAttempts = 3;
            });
        IBudgets budgets = servers.Client.GetService<IBudgets>()!;

        // Named, not ambient: the judge's own call must find the task all the same.
        string id = await OpenElsewhereAsync(budgets, out BudgetTask task);
        var options = new ChatOptions();
        RequestSettings.Task.Set(options, id);
        await servers.AskAsync(streamed, "hello", options);

        Assert.True(servers.Seen.Sum() >= 3, string.Join(", ", servers.Seen));
        Assert.Equal(servers.Seen.Sum(), task.Summary.Spent.Calls);
        Assert.Equal(servers.Receipt.Calls.Sum(c => c.Cost!.Value.Value), task.Spent.Value);
        Assert.Contains(servers.Receipt.Calls, c => c.Purpose == CallPurpose.Judge);
        Assert.Equal(default, task.Summary.Held);
        await servers.AssertSettledAsync();
        task.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Judge_that_cannot_be_afforded_is_not_asked(bool streamed)
    {
        await using RoutedServers servers = await StartAsync(
            new() { [Nano] = [Good], [Large] = [LoopbackReply.Answer("GOOD", input: 60, output: 1)] }, thrift => thrift.Routing.JudgeModelId = Large);
        using BudgetTask task = servers.Client.GetService<IBudgets>()!.BeginTask("close", Limit.Calls(1));
        Outcome outcome = await servers.AskAsync(streamed, "hello");
        Assert.Equal("a good answer", outcome.Response!.Text);
        Assert.Equal([1, 0], servers.Seen);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Answer_that_the_budget_cut_is_served_not_escalated_and_not_cached(bool streamed)
    {
        LoopbackReply cut = LoopbackReply.Answer("half an ans", input: 20, output: 4) with { FinishReason = "length" };
        await using RoutedServers servers = await StartAsync(new() { [Nano] = [cut], [Large] = [Good] });
        using BudgetTask task = servers.Client.GetService<IBudgets>()!.BeginTask("close", Limit.Usd(0.5m));
        Outcome first = await servers.AskAsync(streamed, "hello");
        Outcome second = await servers.AskAsync(streamed, "hello");
        Assert.Equal(("half an ans", "half an ans"), (first.Response!.Text, second.Response!.Text));
        Assert.True(AnswerMarks.IsCut(first.Response));
        Assert.Equal([2, 0], servers.Seen);
        Assert.Equal(4096, servers.Server(Nano).Requests[0].MaxOutputTokens);
        await servers.AssertSettledAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Answer_that_the_ladder_cut_is_served_and_not_escalated(bool streamed)
    {
        LoopbackReply cut = LoopbackReply.Answer("half an ans", input: 20, output: 4) with { FinishReason = "length" };
        await using RoutedServers servers = await StartAsync(new() { [Nano] = [cut], [Large] = [Good] }, thrift => thrift.BudgetLadder.ShrinkAt = 0);
        using BudgetTask task = servers.Client.GetService<IBudgets>()!.BeginTask("close", Limit.Usd(0.5m));
        Outcome outcome = await servers.AskAsync(streamed, "hello");
        Assert.Equal("half an ans", outcome.Response!.Text);
        Assert.Equal([1, 0], servers.Seen);
        Assert.Equal(1024, servers.Server(Nano).Requests[0].MaxOutputTokens);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Near_the_cap_parts_are_taken_out_of_smaller_results(bool streamed)
    {
        // An encoded blob of some 400 tokens: below the usual size of 600, above a quarter of it.
        byte[] bytes = new byte[540];
        new Random(1).NextBytes(bytes);
        string log = $"The file holds: {Convert.ToBase64String(bytes)} and that is all.";
        ChatMessage[] ask =
        [
            new(ChatRole.User, "What is in the file?"),
            new(ChatRole.Assistant, [new FunctionCallContent("c1", "fetch", null)]),
            new(ChatRole.Tool, [new FunctionResultContent("c1", log)]),
        ];
        int[] sent = new int[2];
        for (int i = 0; i < 2; i++)
        {
            await using RoutedServers servers = await StartAsync(new() { [Nano] = [Good] });
            using BudgetTask task = servers.Client.GetService<IBudgets>()!.BeginTask("close", Limit.Calls(10));
            for (int before = 0; before < i * 8; before++)
            {
                await servers.AskAsync(streamed, $"hello {before}");
            }

            await servers.Client.AskAsync(streamed, ask);
            sent[i] = servers.Server(Nano).Requests[^1].Body.GetRawText().Length;
        }

        Assert.True(sent[1] < sent[0], $"{sent[0]} characters went out far from the cap and {sent[1]} near it");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Answer_that_the_callers_own_limit_cut_is_escalated_as_ever(bool streamed)
    {
        LoopbackReply cut = LoopbackReply.Answer("half an ans", input: 20, output: 4) with { FinishReason = "length" };
        await using RoutedServers servers = await StartAsync(new() { [Nano] = [cut], [Large] = [Good] });
        using BudgetTask task = servers.Client.GetService<IBudgets>()!.BeginTask("close", Limit.Usd(0.5m));
        Outcome outcome = await servers.AskAsync(streamed, "hello", new ChatOptions { MaxOutputTokens = 50 });
        Assert.Equal("a good answer", outcome.Response!.Text);
        Assert.Equal([1, 1], servers.Seen);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Model_that_cannot_be_afforded_gives_way_to_a_cheaper_one(bool streamed)
    {
        // The cheapest model is down. Of the two that are left the cap allows the smaller one's worst case only.
        await using RoutedServers servers = await StartAsync(new() { [Nano] = [LoopbackReply.ServerError()], [Mini] = [Good], [Large] = [Good] }, thrift => thrift.Budgets.RequestsPerCall = 1);
        using BudgetTask task = servers.Client.GetService<IBudgets>()!.BeginTask("close", Limit.Usd(0.02m));
        Outcome outcome = await servers.AskAsync(streamed, "hello", new ChatOptions { MaxOutputTokens = 2_000 });
        Assert.Equal("a good answer", outcome.Response!.Text);
        Assert.Equal([2, 1, 0], servers.Seen);
        Assert.Contains("does not allow", outcome.Receipt.Routing!.Excluded[Large], StringComparison.Ordinal);
    }

    // Opened on a thread of its own and without flow, so that it is nowhere ambient in the test; who waits for a task may run it himself.
    private static Task<string> OpenElsewhereAsync(IBudgets budgets, out BudgetTask task)
    {
        BudgetTask? opened = null;
        var elsewhere = new Thread(() => opened = budgets.BeginTask("close", Limit.Usd(0.5m)));
        elsewhere.UnsafeStart();
        elsewhere.Join();
        task = opened!;
        Assert.Null(AmbientTask.Current);
        return Task.FromResult(task.Id);
    }
}
