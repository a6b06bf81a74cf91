using Microsoft.Extensions.AI;
using TokenThrift.Budgets;
using TokenThrift.Models;
using TokenThrift.Requests;
using TokenThrift.TestSupport;

namespace TokenThrift.Tests.Budgets;

public class BudgetGateTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Task_counts_what_was_used_and_holds_nothing_after(bool streamed)
    {
        var bench = new BudgetBench();
        using BudgetTask task = bench.Budgets.BeginTask("close", Limit.Usd(0.50m), Limit.Tokens(200_000));
        await bench.Gate.AskAsync(streamed, "hello");

        Assert.Equal(BudgetBench.AnswerCost, task.Spent);
        Assert.Equal(default, task.Summary.Held);
        Assert.Equal(1, task.Summary.Spent.Calls);
        Assert.Equal(200_000 - 15, task.Left(BudgetMeter.Tokens));
        Assert.StartsWith("close: $0.00002 of $0.50, 10 input + 5 output tokens of 200,000 tokens, 1 calls", task.Summary.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Call_is_refused_before_it_is_sent_when_its_worst_case_does_not_fit(bool streamed)
    {
        var bench = new BudgetBench();
        using BudgetTask task = bench.Budgets.BeginTask("close", Limit.Usd(0.0001m));
        BudgetExceededException e = await Assert.ThrowsAsync<BudgetExceededException>(() => bench.Gate.AskAsync(streamed, "hello"));

        Assert.Empty(bench.Provider.Calls);
        Assert.Equal(task.Scope, e.Scope);
        Assert.Equal(BudgetMeter.Usd, e.State!.Limit.Meter);
        Assert.Equal(new NanoUsd(100_000), e.Left);
        Assert.True(e.Asked.Usd > e.Left!.Value);
        Assert.Equal(1, task.Summary.Refused);
        Assert.Equal(default, task.Summary.Held);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Output_limit_that_was_priced_is_written_into_the_request(bool streamed)
    {
        var bench = new BudgetBench();
        using BudgetTask task = bench.Budgets.BeginTask("close", Limit.Usd(1m));
        await bench.Gate.AskAsync(streamed, "hello");
        await bench.Gate.AskAsync(streamed, "hello", new ChatOptions { MaxOutputTokens = 77 });
        await bench.Gate.AskAsync(streamed, "hello", new ChatOptions { MaxOutputTokens = 999_999_999 });
        await bench.Gate.AskAsync(streamed, "hello", new ChatOptions { MaxOutputTokens = -1 });
        await bench.Gate.AskAsync(streamed, "hello", new ChatOptions { MaxOutputTokens = 0 });

        Assert.Equal([4096, 77, 10_000, 4096, 4096], bench.Provider.Calls.Select(c => c.Options!.MaxOutputTokens!.Value));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Request_is_untouched_where_no_cap_applies(bool streamed)
    {
        var bench = new BudgetBench();
        await bench.Gate.AskAsync(streamed, "hello");
        Assert.Null(bench.Provider.Calls[0].Options?.MaxOutputTokens);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Unset_output_limit_shrinks_to_what_is_affordable_and_the_cut_answer_is_marked(bool streamed)
    {
        var bench = new BudgetBench((_, _) =>
        {
            ChatResponse answer = ScriptedChatClient.Answer("cut off");
            answer.FinishReason = ChatFinishReason.Length;
            return Task.FromResult(answer);
        });
        using BudgetTask task = bench.Budgets.BeginTask("close", Limit.Usd(0.003m));
        ChatResponse response = await bench.Gate.AskAsync(streamed, "hello");

        int limit = bench.Provider.Calls[0].Options!.MaxOutputTokens!.Value;
        Assert.InRange(limit, 1000, 1499);
        Assert.True(AnswerMarks.IsCut(response));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Unknown_price_is_refused_under_a_cap_on_money_only(bool streamed)
    {
        var bench = new BudgetBench(model: new ModelInfo("test-model") { ContextTokens = 1000, MaxOutputTokens = 100 });
        using (bench.Budgets.BeginTask("calls", Limit.Calls(5)))
        {
            await bench.Gate.AskAsync(streamed, "hello");
        }

        using (bench.Budgets.BeginTask("money", Limit.Usd(100m)))
        {
            BudgetExceededException e = await Assert.ThrowsAsync<BudgetExceededException>(() => bench.Gate.AskAsync(streamed, "hello"));
            Assert.Equal(BudgetRefusal.UnknownPrice, e.Refusal);
        }

        Assert.Single(bench.Provider.Calls);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Raw_factory_makes_the_hold_the_models_full_output(bool streamed)
    {
        var bench = new BudgetBench();
        using BudgetTask task = bench.Budgets.BeginTask("close", Limit.Usd(0.02m));
        var options = new ChatOptions { MaxOutputTokens = 100, RawRepresentationFactory = _ => new object() };
        BudgetExceededException e = await Assert.ThrowsAsync<BudgetExceededException>(() => bench.Gate.AskAsync(streamed, "hello", options));
        Assert.True(e.Asked.OutputTokens >= 10_000);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Observed_limits_report_and_never_refuse(bool streamed)
    {
        var bench = new BudgetBench(options: new BudgetOptions { Observe = true });
        using BudgetTask task = bench.Budgets.BeginTask("close", Limit.Usd(0m));
        await bench.Gate.AskAsync(streamed, "hello");
        Assert.Null(bench.Provider.Calls[0].Options?.MaxOutputTokens);
        Assert.Equal(BudgetBench.AnswerCost, task.Spent);
        Assert.Equal(1, task.Summary.Limits[0].Used);
    }

    [Fact]
    public async Task Stream_left_early_is_charged_what_was_sent_and_seen()
    {
        var bench = new BudgetBench("one two three four five six");
        using BudgetTask task = bench.Budgets.BeginTask("close", Limit.Usd(1m));
        await foreach (ChatResponseUpdate update in bench.Gate.GetStreamingResponseAsync([new ChatMessage(ChatRole.User, "hello")]))
        {
            break;
        }

        Assert.True(task.Spent.Value > 0);
        Assert.Equal(default, task.Summary.Held);
        Assert.Equal(1, task.Summary.Estimated);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Failure_that_may_be_billed_is_charged_in_full_and_one_that_cannot_is_free(bool streamed)
    {
        Exception failure = new HttpRequestException("refused", null, System.Net.HttpStatusCode.TooManyRequests);
        var bench = new BudgetBench((_, _) => throw failure);
        using BudgetTask task = bench.Budgets.BeginTask("close", Limit.Usd(1m));
        await Assert.ThrowsAsync<HttpRequestException>(() => bench.Gate.AskAsync(streamed, "hello"));
        Assert.Equal(default, task.Spent);

        failure = new HttpRequestException("late", null, System.Net.HttpStatusCode.GatewayTimeout);
        await Assert.ThrowsAsync<HttpRequestException>(() => bench.Gate.AskAsync(streamed, "hello"));
        Assert.True(task.Spent.Value >= 4096 * 2000);
        Assert.Equal(default, task.Summary.Held);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Missing_usage_is_never_free(bool streamed)
    {
        var bench = new BudgetBench((_, _) => Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, "some words"))));
        using BudgetTask task = bench.Budgets.BeginTask("close", Limit.Usd(1m));
        await bench.Gate.AskAsync(streamed, "hello");
        Assert.True(task.Spent.Value > 0);
        Assert.Equal(1, task.Summary.Estimated);
    }

    [Fact]
    public async Task Calls_whose_true_cost_fits_all_finish_though_their_worst_cases_together_do_not()
    {
        var bench = new BudgetBench(async (_, _) =>
        {
            await Task.Yield();
            return ScriptedChatClient.Answer("done");
        });
        using BudgetTask task = bench.Budgets.BeginTask("close", Limit.Usd(0.02m));
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => bench.Gate.AskAsync(i % 2 == 0, "hello")));

        Assert.Equal(20, bench.Provider.Calls.Count);
        Assert.Equal(20 * BudgetBench.AnswerCost.Value, task.Spent.Value);
        Assert.Equal(default, task.Summary.Held);
    }

    [Fact]
    public async Task Call_that_waited_too_long_is_refused_and_a_cancelled_wait_is_cancelled()
    {
        var release = new TaskCompletionSource<ChatResponse>();
        var bench = new BudgetBench((_, _) => release.Task);
        using BudgetTask task = bench.Budgets.BeginTask("close", Limit.Calls(1));
        Task<ChatResponse> first = bench.Gate.AskAsync(false, "hello");
        Task<ChatResponse> second = bench.Gate.AskAsync(false, "hello");
        using var cancel = new CancellationTokenSource();
        Task<ChatResponse> third = bench.Gate.AskAsync(false, "hello", cancellationToken: cancel.Token);
        Assert.False(second.IsCompleted);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => third);
        while (!second.IsCompleted)
        {
            bench.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await Assert.ThrowsAsync<BudgetExceededException>(() => second);
        release.SetResult(ScriptedChatClient.Answer("done"));
        await first;
        Assert.Single(bench.Provider.Calls);
    }

    [Fact]
    public async Task Quote_says_the_worst_case_and_why_it_does_not_fit()
    {
        var bench = new BudgetBench();
        ChatMessage[] ask = [new(ChatRole.User, "hello")];
        CallQuote free = await bench.Budgets.EstimateAsync(bench.Gate, ask);
        Assert.True(free.Fits);
        using BudgetTask task = bench.Budgets.BeginTask("close", Limit.Usd(0.0001m));
        CallQuote quote = await bench.Budgets.EstimateAsync(bench.Gate, ask);
        Assert.False(quote.Fits);
        Assert.Contains("task", quote.Refusal, StringComparison.Ordinal);
        Assert.Empty(bench.Provider.Calls);
    }

    [Fact]
    public async Task Named_task_is_charged_where_the_ambient_one_does_not_flow()
    {
        var bench = new BudgetBench();
        BudgetTask task = bench.Budgets.BeginTask("close", Limit.Usd(1m));
        var options = new ChatOptions();
        RequestSettings.Task.Set(options, task.Id);
        Task call;
        using (ExecutionContext.SuppressFlow())
        {
            call = Task.Run(() => bench.Gate.AskAsync(false, "hello", options));
        }

        await call;

        Assert.Equal(BudgetBench.AnswerCost, task.Spent);
        Assert.Null(bench.Provider.Calls[0].Options?.AdditionalProperties);
        task.Dispose();
    }

    [Fact]
    public async Task Nested_task_draws_on_its_parent()
    {
        var bench = new BudgetBench();
        using BudgetTask parent = bench.Budgets.BeginTask("parent", Limit.Usd(1m));
        await bench.Gate.AskAsync(false, "hello");
        using (BudgetTask child = bench.Budgets.BeginTask("child", Limit.Calls(1)))
        {
            await bench.Gate.AskAsync(false, "hello");
            await Assert.ThrowsAsync<BudgetExceededException>(() => bench.Gate.AskAsync(false, "hello"));
            Assert.Equal(BudgetBench.AnswerCost, child.Spent);
        }

        Assert.Equal(2 * BudgetBench.AnswerCost.Value, parent.Spent.Value);
    }

    [Fact]
    public async Task Limits_of_users_are_apart_and_reset_with_their_window()
    {
        var options = new BudgetOptions { HoldWait = TimeSpan.Zero };
        options.Limits.Add(new ScopeLimit { Scope = BudgetScopeKind.User, Calls = 1, Period = BudgetPeriod.Day });
        var bench = new BudgetBench(options: options);
        await bench.Gate.AskAsync(false, "hello", As("alice"));
        await bench.Gate.AskAsync(false, "hello", As("bob"));
        BudgetExceededException e = await Assert.ThrowsAsync<BudgetExceededException>(() => bench.Gate.AskAsync(false, "hello", As("alice")));
        Assert.Equal(new DateTimeOffset(2026, 5, 5, 0, 0, 0, TimeSpan.Zero), e.ResetsAt);
        bench.Time.Advance(TimeSpan.FromHours(12));
        await bench.Gate.AskAsync(false, "hello", As("alice"));

        static ChatOptions As(string user)
        {
            var options = new ChatOptions();
            RequestSettings.User.Set(options, user);
            return options;
        }
    }

    [Fact]
    public async Task Task_that_is_named_but_not_open_is_refused_once_tasks_are_in_use()
    {
        var bench = new BudgetBench();
        var options = new ChatOptions();
        RequestSettings.Task.Set(options, "someone-elses");
        await bench.Gate.AskAsync(false, "hello", options);
        BudgetTask task = bench.Budgets.BeginTask("close", Limit.Usd(1m));
        task.Dispose();
        BudgetExceededException e = await Assert.ThrowsAsync<BudgetExceededException>(() => bench.Gate.AskAsync(false, "hello", options));
        Assert.Equal(BudgetRefusal.UnknownTask, e.Refusal);
        Assert.Single(bench.Provider.Calls);
    }

    [Fact]
    public async Task Summary_says_after_how_many_more_calls_the_cap_is_reached()
    {
        var release = new TaskCompletionSource<ChatResponse>();
        var bench = new BudgetBench((call, _) => call.Index == 3 ? release.Task : Task.FromResult(ScriptedChatClient.Answer("done", 10, 1_000)));
        using BudgetTask task = bench.Budgets.BeginTask("close", Limit.Usd(0.02m), Limit.Calls(100));
        Assert.Null(task.Summary.CallsLeft);
        for (int i = 0; i < 3; i++)
        {
            await bench.Gate.AskAsync(false, "hello");
        }

        // Three calls at 0.00201: of 0.02 there is 0.01397 left, and that is six more.
        Assert.Equal(6, task.Summary.CallsLeft);
        Assert.EndsWith("; at this pace about 6 more", task.Summary.ToString(), StringComparison.Ordinal);
        Task<ChatResponse> fourth = bench.Gate.AskAsync(false, "hello", new ChatOptions { MaxOutputTokens = 4_000 });
        Assert.InRange(task.Summary.CallsLeft!.Value, 1, 3);
        release.SetResult(ScriptedChatClient.Answer("done", 10, 1_000));
        await fourth;
        Assert.Equal(5, task.Summary.CallsLeft);
    }

    [Fact]
    public async Task Estimate_is_the_expected_cost_and_a_worst_case_above_it_and_nothing_is_held()
    {
        var bench = new BudgetBench();
        using BudgetTask task = bench.Budgets.BeginTask("close", Limit.Usd(1m));
        ChatMessage[] ask = [new(ChatRole.User, "hello")];
        CallQuote before = await bench.Budgets.EstimateAsync(bench.Gate, ask);
        Assert.True(before.Expected!.Value.Value > 0);
        Assert.True(before.WorstCase > before.Expected);
        Assert.Equal((BudgetBench.Model, default), (before.Model, task.Summary.Held));
        await bench.Gate.AskAsync(false, "hello");
        CallQuote after = await bench.Budgets.EstimateAsync(bench.Gate, ask);

        // The output that it expects is what it has seen: five tokens.
        Assert.Equal(5, after.OutputTokens);
        Assert.Single(bench.Provider.Calls);
        await Assert.ThrowsAsync<ArgumentException>(async () => await bench.Budgets.EstimateAsync(bench.Provider, ask));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Calibrated_hold_is_smaller_and_what_goes_beyond_it_is_reported(bool streamed)
    {
        string words = string.Join(' ', Enumerable.Repeat("hello", 200));
        var strict = new BudgetBench();
        var calibrated = new BudgetBench(
            (_, _) => Task.FromResult(ScriptedChatClient.Answer("done", 50_000, 5)), new BudgetOptions { InputBound = InputBound.Calibrated });
        using BudgetTask task = calibrated.Budgets.BeginTask("close", Limit.Usd(1m));
        ChatMessage[] ask = [new(ChatRole.User, words)];
        NanoUsd held = (await calibrated.Budgets.EstimateAsync(calibrated.Gate, ask)).WorstCase!.Value;
        Assert.True(held < (await strict.Budgets.EstimateAsync(strict.Gate, ask)).WorstCase);
        await calibrated.Gate.AskAsync(streamed, ask);
        Assert.Equal(task.Spent - held, task.Summary.Overrun);
        Assert.True(task.Summary.Overrun.Value > 0);
    }

    [Fact]
    public async Task Call_that_costs_more_than_was_held_shows_by_how_much()
    {
        var bench = new BudgetBench((_, _) => Task.FromResult(ScriptedChatClient.Answer("done", 10, 100_000)));
        using BudgetTask task = bench.Budgets.BeginTask("close", Limit.Usd(1m));
        NanoUsd held = (await bench.Budgets.EstimateAsync(bench.Gate, [new ChatMessage(ChatRole.User, "hello")])).WorstCase!.Value;
        await bench.Gate.AskAsync(false, "hello");
        Assert.Equal(task.Spent - held, task.Summary.Overrun);
        Assert.Contains("beyond what was held", task.Summary.ToString(), StringComparison.Ordinal);
    }
}
