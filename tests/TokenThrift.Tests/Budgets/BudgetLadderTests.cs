using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Testing;
using TokenThrift.Budgets;
using TokenThrift.TestSupport;

namespace TokenThrift.Tests.Budgets;

public class BudgetLadderTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Refused_request_wraps_up_without_tools_from_what_the_task_keeps_back(bool streamed)
    {
        var bench = new BudgetBench();
        var ladder = new BudgetLadderChatClient(bench.Gate, bench.Budgets);
        using BudgetTask task = bench.Budgets.BeginTask("close", new BudgetTaskOptions { Limits = [Limit.Calls(2)], FinalReserve = 0.5 });
        var options = new ChatOptions { Tools = [AIFunctionFactory.Create(() => 1, "tool")] };
        await ladder.AskAsync(streamed, "one", options);
        ChatResponse last = await ladder.AskAsync(streamed, "two", options);

        Assert.Equal(true, last.AdditionalProperties![BudgetLadderChatClient.WrappedUpPropertyName]);
        Assert.Equal(ChatToolMode.None, bench.Provider.Calls[1].Options!.ToolMode);
        Assert.Equal(new BudgetLadderOptions().WrapUpInstruction, bench.Provider.Calls[1].LastText);
        Assert.Null(options.ToolMode);
        await Assert.ThrowsAsync<BudgetExceededException>(() => ladder.AskAsync(streamed, "three", options));
        Assert.Equal(2, bench.Provider.Calls.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Final_message_keeps_the_transcript(bool streamed)
    {
        var bench = new BudgetBench();
        var ladder = new BudgetLadderChatClient(bench.Gate, bench.Budgets, new BudgetLadderOptions { Stop = BudgetStop.FinalMessage });
        using BudgetTask task = bench.Budgets.BeginTask("close", Limit.Calls(0));
        ChatResponse response = await ladder.AskAsync(streamed, "hello");
        Assert.Equal(BudgetLadderChatClient.BudgetExceeded, response.FinishReason);
        Assert.Contains("close", response.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Person_may_allow_more(bool streamed)
    {
        var bench = new BudgetBench();
        using BudgetTask task = bench.Budgets.BeginTask("close", Limit.Calls(0));
        int asked = 0;
        var ladder = new BudgetLadderChatClient(bench.Gate, bench.Budgets, new BudgetLadderOptions
        {
            AskHuman = (_, _) =>
            {
                asked++;
                task.SetLimits(Limit.Calls(1));
                return ValueTask.FromResult(true);
            },
        });
        await ladder.AskAsync(streamed, "hello");
        Assert.Equal(1, asked);
        await Assert.ThrowsAsync<BudgetExceededException>(() => ladder.AskAsync(streamed, "hello"));
        Assert.Equal(2, asked);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nearing_the_cap_warns_once_tells_the_model_once_and_shrinks(bool streamed)
    {
        var bench = new BudgetBench();
        var warnings = new List<BudgetWarning>();
        var ladder = new BudgetLadderChatClient(bench.Gate, bench.Budgets, new BudgetLadderOptions { WarnAt = 0.5, OnWarning = warnings.Add, TellModelAt = 0.5, ShrinkAt = 0.75 });
        using BudgetTask task = bench.Budgets.BeginTask("close", Limit.Calls(4));
        var options = new ChatOptions { Reasoning = new ReasoningOptions { Effort = ReasoningEffort.High } };
        for (int i = 0; i < 4; i++)
        {
            await ladder.AskAsync(streamed, "hello", options);
        }

        Assert.Single(warnings);
        Assert.Equal(2, warnings[0].State.Posted);
        Assert.Equal([1, 1, 2, 1], bench.Provider.Calls.Select(c => c.Messages.Count));
        Assert.Equal([null, null, null, 1024], bench.Provider.Calls.Select(c => c.Options!.MaxOutputTokens));
        Assert.Equal(ReasoningEffort.Low, bench.Provider.Calls[3].Options!.Reasoning!.Effort);
        Assert.Equal(ReasoningEffort.High, options.Reasoning.Effort);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Person_who_allows_more_gets_the_request_itself_with_its_tools(bool streamed)
    {
        var bench = new BudgetBench();
        using BudgetTask task = bench.Budgets.BeginTask("close", new BudgetTaskOptions { Limits = [Limit.Calls(0)], FinalReserve = 0.5 });
        var ladder = new BudgetLadderChatClient(bench.Gate, bench.Budgets, new BudgetLadderOptions
        {
            AskHuman = (_, _) =>
            {
                task.SetLimits(Limit.Calls(4));
                return ValueTask.FromResult(true);
            },
        });
        ChatResponse response = await ladder.AskAsync(streamed, "hello", new ChatOptions { Tools = [AIFunctionFactory.Create(() => 1, "tool")] });
        Assert.Null(bench.Provider.Calls.Single().Options!.ToolMode);
        Assert.Equal("hello", bench.Provider.Calls[0].LastText);
        Assert.False(response.AdditionalProperties?.ContainsKey(BudgetLadderChatClient.WrappedUpPropertyName) == true);
    }

    [Theory]
    [InlineData(false, null, true)]
    [InlineData(true, null, true)]
    [InlineData(false, 2_000, true)]
    [InlineData(false, 500, false)]
    [InlineData(true, 500, false)]
    public async Task Answer_that_ends_at_the_shrunk_limit_is_marked_as_cut_by_us_and_one_at_the_callers_is_not(bool streamed, int? asked, bool expected)
    {
        var bench = new BudgetBench((_, _) =>
        {
            ChatResponse answer = ScriptedChatClient.Answer("cut off");
            answer.FinishReason = ChatFinishReason.Length;
            return Task.FromResult(answer);
        });
        var ladder = new BudgetLadderChatClient(bench.Gate, bench.Budgets, new BudgetLadderOptions { ShrinkAt = 0 });
        using BudgetTask task = bench.Budgets.BeginTask("close", Limit.Usd(1m));
        ChatResponse response = await ladder.AskAsync(streamed, "hello", new ChatOptions { MaxOutputTokens = asked });
        Assert.Equal(Math.Min(asked ?? 1024, 1024), bench.Provider.Calls[0].Options!.MaxOutputTokens);
        Assert.Equal(expected, TokenThrift.Requests.AnswerMarks.IsCut(response));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Warning_that_throws_does_not_break_the_call_and_is_told(bool streamed)
    {
        var bench = new BudgetBench();
        var log = new FakeLogger<BudgetLadderChatClient>();
        var options = new BudgetLadderOptions { WarnAt = 0, OnWarning = _ => throw new InvalidOperationException() };
        var ladder = new BudgetLadderChatClient(bench.Gate, bench.Budgets, options, log);
        using BudgetTask task = bench.Budgets.BeginTask("close", Limit.Calls(4));
        await ladder.AskAsync(streamed, "hello");
        Assert.Single(bench.Provider.Calls);
        FakeLogRecord told = Assert.Single(log.Collector.GetSnapshot());
        Assert.IsType<InvalidOperationException>(told.Exception);
        Assert.Contains(nameof(BudgetLadderOptions.OnWarning), told.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Person_who_cannot_be_asked_has_not_said_yes(bool streamed)
    {
        var bench = new BudgetBench();
        var log = new FakeLogger<BudgetLadderChatClient>();
        var options = new BudgetLadderOptions { AskHuman = (_, _) => throw new TimeoutException("nobody there") };
        var ladder = new BudgetLadderChatClient(bench.Gate, bench.Budgets, options, log);
        using BudgetTask task = bench.Budgets.BeginTask("close", Limit.Calls(1));
        await ladder.AskAsync(streamed, "hello");
        await Assert.ThrowsAsync<BudgetExceededException>(() => ladder.AskAsync(streamed, "again"));
        Assert.Single(bench.Provider.Calls);
        Assert.Contains(log.Collector.GetSnapshot(), record => record.Exception is TimeoutException);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cancellation_while_a_person_is_asked_is_not_swallowed(bool streamed)
    {
        var bench = new BudgetBench();
        using var cancel = new CancellationTokenSource();
        var options = new BudgetLadderOptions
        {
            AskHuman = (_, token) =>
            {
                cancel.Cancel();
                token.ThrowIfCancellationRequested();
                return new(true);
            },
        };
        var ladder = new BudgetLadderChatClient(bench.Gate, bench.Budgets, options);
        using BudgetTask task = bench.Budgets.BeginTask("close", Limit.Calls(1));
        await ladder.AskAsync(streamed, "hello");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ladder.AskAsync(streamed, "again", cancellationToken: cancel.Token));
    }
}
