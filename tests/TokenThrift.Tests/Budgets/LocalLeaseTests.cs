using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;
using TokenThrift.Budgets;
using TokenThrift.Models;
using TokenThrift.Requests;
using TokenThrift.TestSupport;

namespace TokenThrift.Tests.Budgets;

/// <summary>What happens while the ledger is out of reach: with a lease calls go on up to it, and nothing that was spent is lost.</summary>
public class LocalLeaseTests
{
    private static readonly BudgetScope Acme = new(BudgetScopeKind.Tenant, "acme");

    // A call holds 0.0022 USD at most: 1,000 output tokens, and its input.
    private static readonly ChatOptions Small = new() { MaxOutputTokens = 1_000 };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Calls_run_up_to_the_lease_and_all_is_posted_when_the_ledger_is_back(bool streamed)
    {
        var outage = new Outage(leaseUsd: 0.0025m, limitUsd: 1m);
        outage.Store.Fails = true;
        await outage.AskAsync(streamed);
        await outage.AskAsync(streamed);
        Assert.Equal(2, outage.Bench.Provider.Calls.Count);
        Assert.Equal(1000, outage.Bench.Provider.Calls[0].Options!.MaxOutputTokens);

        outage.Store.Fails = false;
        outage.Bench.Time.Advance(TimeSpan.FromSeconds(6));
        await outage.AskAsync(streamed);
        Assert.Equal((3 * BudgetBench.AnswerCost.Value, 0), await outage.BooksAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Call_beyond_the_lease_is_refused(bool streamed)
    {
        var outage = new Outage(leaseUsd: 0.0025m, limitUsd: 1m, _ => ScriptedChatClient.Answer("done", 10, 500));
        outage.Store.Fails = true;
        await outage.AskAsync(streamed);
        BudgetExceededException e = await Assert.ThrowsAsync<BudgetExceededException>(() => outage.AskAsync(streamed));
        Assert.Equal(BudgetRefusal.LedgerUnavailable, e.Refusal);
        Assert.Contains("cannot be reached", e.Message, StringComparison.Ordinal);
        Assert.Single(outage.Bench.Provider.Calls);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Limits_are_passed_by_no_more_than_the_lease_however_often_the_ledger_goes(bool streamed)
    {
        // Two calls spend the whole limit; from then on only outages let anything through.
        var outage = new Outage(leaseUsd: 0.005m, limitUsd: 0.0042m, _ => ScriptedChatClient.Answer("done", 10, 1_000));
        for (int round = 0; round < 10; round++)
        {
            outage.Store.Fails = round % 2 == 1;
            outage.Bench.Time.Advance(TimeSpan.FromSeconds(6));
            await Record.ExceptionAsync(() => outage.AskAsync(streamed));
            await Record.ExceptionAsync(() => outage.AskAsync(streamed));
        }

        outage.Store.Fails = false;
        outage.Bench.Time.Advance(TimeSpan.FromSeconds(6));
        await Assert.ThrowsAsync<BudgetExceededException>(() => outage.AskAsync(streamed));
        (long posted, long held) = await outage.BooksAsync();
        Assert.Equal(outage.Bench.Provider.Calls.Count * 2_010_000L, posted);
        Assert.InRange(posted, 4_200_001, 4_200_000 + 5_000_000);
        Assert.Equal(0, held);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Limits_of_tasks_hold_without_the_ledger(bool streamed)
    {
        var outage = new Outage(leaseUsd: 1m, limitUsd: 1m, _ => ScriptedChatClient.Answer("done", 10, 1_000));
        using BudgetTask task = outage.Bench.Budgets.BeginTask("close", Limit.Usd(0.0045m));
        await outage.AskAsync(streamed);
        outage.Store.Fails = true;
        await outage.AskAsync(streamed);
        BudgetExceededException e = await Assert.ThrowsAsync<BudgetExceededException>(() => outage.AskAsync(streamed));
        Assert.Equal(task.Scope, e.Scope);
        Assert.Equal(2 * 2_010_000, task.Spent.Value);
        Assert.Equal(default, task.Summary.Held);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Calls_at_once_wait_for_each_other_and_stay_within_the_lease(bool streamed)
    {
        var outage = new Outage(leaseUsd: 0.0025m, limitUsd: 1m, async _ =>
        {
            await Task.Yield();
            return ScriptedChatClient.Answer("done", 10, 100);
        });
        outage.Store.Fails = true;

        // Each holds 0.002 and costs 0.00021: eleven fit one after the other, though no two fit at once.
        Exception?[] ends = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Record.ExceptionAsync(() => outage.AskAsync(streamed))));
        Assert.InRange(ends.Count(e => e is null), 1, 11);
        Assert.All(ends, e => Assert.True(e is null or BudgetExceededException { Refusal: BudgetRefusal.LedgerUnavailable }));
        Assert.Equal(ends.Count(e => e is null), outage.Bench.Provider.Calls.Count);
        Assert.True(outage.Bench.Provider.Calls.Count * 210_000 <= 2_500_000);
    }

    [Theory]
    [InlineData(false, 2)]
    [InlineData(true, 2)]
    [InlineData(false, 3)]
    [InlineData(true, 3)]
    public async Task Ledger_that_goes_while_a_call_is_under_way_is_told_afterwards(bool streamed, int stepsBeforeOutage)
    {
        // After two steps (read, reserve) the mark fails; after three the settlement does.
        var outage = new Outage(leaseUsd: 1m, limitUsd: 1m);
        outage.Store.FailsAfter = stepsBeforeOutage;
        await outage.AskAsync(streamed);
        Assert.True(outage.Store.Fails);
        outage.Store.Fails = false;
        outage.Bench.Time.Advance(TimeSpan.FromSeconds(6));
        await outage.AskAsync(streamed);
        Assert.Equal((2 * BudgetBench.AnswerCost.Value, 0), await outage.BooksAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Settlement_that_failed_is_posted_later_without_a_lease_too(bool streamed)
    {
        var outage = new Outage(leaseUsd: null, limitUsd: 1m);
        outage.Store.FailsAfter = 3;
        await outage.AskAsync(streamed);
        await Assert.ThrowsAsync<BudgetExceededException>(() => outage.AskAsync(streamed));
        outage.Store.Fails = false;
        outage.Bench.Time.Advance(TimeSpan.FromSeconds(6));
        await outage.AskAsync(streamed);
        Assert.Equal((2 * BudgetBench.AnswerCost.Value, 0), await outage.BooksAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Observed_limits_refuse_nothing_without_the_ledger_and_lose_nothing(bool streamed)
    {
        var outage = new Outage(leaseUsd: null, limitUsd: 0.0001m, observe: true);
        outage.Store.Fails = true;
        await outage.AskAsync(streamed);
        outage.Store.Fails = false;
        outage.Bench.Time.Advance(TimeSpan.FromSeconds(6));
        await outage.AskAsync(streamed);
        Assert.Equal((2 * BudgetBench.AnswerCost.Value, 0), await outage.BooksAsync());
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    [InlineData(true, 1)]
    public async Task Call_under_no_limit_goes_through_whenever_the_ledger_fails(bool streamed, int stepsBeforeOutage)
    {
        var store = new FailingStore { FailsAfter = stepsBeforeOutage };
        var bench = new BudgetBench(ledger: new BudgetLedger(store));
        Assert.Equal("an answer", (await bench.Gate.AskAsync(streamed, "hello")).Text);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Model_without_a_price_does_not_run_on_the_lease(bool streamed)
    {
        var time = new FakeTimeProvider();
        var store = new FailingStore { Fails = true };
        var options = new BudgetOptions { LocalLeaseUsd = 1m };
        options.Limits.Add(new ScopeLimit { Scope = BudgetScopeKind.Process, Calls = 5 });
        var bench = new BudgetBench(options: options, ledger: new BudgetLedger(store, time), model: new ModelInfo("test-model") { ContextTokens = 1000, MaxOutputTokens = 100 });
        BudgetExceededException e = await Assert.ThrowsAsync<BudgetExceededException>(() => bench.Gate.AskAsync(streamed, "hello"));
        Assert.Equal(BudgetRefusal.UnknownPrice, e.Refusal);
    }

    [Fact]
    public async Task Ledger_that_just_failed_is_left_alone_while_the_lease_lasts()
    {
        var outage = new Outage(leaseUsd: 1m, limitUsd: 1m);
        outage.Store.Fails = true;
        await outage.AskAsync(false);
        int steps = outage.Store.Steps;
        await outage.AskAsync(false);
        Assert.Equal(steps, outage.Store.Steps);
    }

    [Fact]
    public async Task Quote_says_that_the_ledger_cannot_be_reached()
    {
        var outage = new Outage(leaseUsd: null, limitUsd: 1m);
        outage.Store.Fails = true;
        CallQuote quote = await outage.Bench.Budgets.EstimateAsync(outage.Bench.Gate, [new ChatMessage(ChatRole.User, "hello")], Outage.As());
        Assert.Contains("cannot be reached", quote.Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Allocation_needs_the_ledger_unless_limits_are_only_observed_and_is_returned_late()
    {
        var strict = new Outage(leaseUsd: 1m, limitUsd: 1m);
        var child = new BudgetTaskOptions { Limits = [Limit.Usd(0.01m)], Identity = new RequestIdentity { Tenant = "acme" } };
        BudgetTask allocated = await strict.Bench.Budgets.AllocateTaskAsync("child", child);
        Assert.Equal((0, 10_000_000), await strict.BooksAsync());
        strict.Store.Fails = true;
        BudgetExceededException e = await Assert.ThrowsAsync<BudgetExceededException>(async () => await strict.Bench.Budgets.AllocateTaskAsync("child", child));
        Assert.Equal(BudgetRefusal.LedgerUnavailable, e.Refusal);
        allocated.Dispose();
        strict.Store.Fails = false;
        strict.Bench.Time.Advance(TimeSpan.FromSeconds(6));
        await strict.AskAsync(false);
        Assert.Equal((BudgetBench.AnswerCost.Value, 0), await strict.BooksAsync());

        var observed = new Outage(leaseUsd: null, limitUsd: 1m, observe: true);
        observed.Store.Fails = true;
        using BudgetTask task = await observed.Bench.Budgets.AllocateTaskAsync("child", child);
        await observed.AskAsync(false);
    }

    private sealed class Outage
    {
        public Outage(decimal? leaseUsd, decimal limitUsd, Func<ScriptedChatClient.ScriptedCall, ChatResponse>? answer = null, bool observe = false)
            : this(leaseUsd, limitUsd, call => Task.FromResult((answer ?? (_ => ScriptedChatClient.Answer("done")))(call)), observe)
        {
        }

        public Outage(decimal? leaseUsd, decimal limitUsd, Func<ScriptedChatClient.ScriptedCall, Task<ChatResponse>> answer, bool observe = false)
        {
            var options = new BudgetOptions { LocalLeaseUsd = leaseUsd, Observe = observe };
            options.Limits.Add(new ScopeLimit { Scope = BudgetScopeKind.Tenant, Id = "acme", Usd = limitUsd });
            Ledger = new BudgetLedger(Store);
            Bench = new BudgetBench((call, _) => answer(call), options, ledger: Ledger);
        }

        public FailingStore Store { get; } = new();

        public BudgetLedger Ledger { get; }

        public BudgetBench Bench { get; }

        public static ChatOptions As()
        {
            ChatOptions options = Small.Clone();
            RequestSettings.Tenant.Set(options, "acme");
            return options;
        }

        public Task<ChatResponse> AskAsync(bool streamed) => Bench.Gate.AskAsync(streamed, "hello", As());

        public async Task<(long Posted, long Held)> BooksAsync()
        {
            BudgetBalance books = (await Ledger.ReadAsync([BudgetDemand.On(Acme, BudgetWindow.Lifetime, [], default)]))[0];
            return (books.Posted.Usd.Value, books.Held.Usd.Value);
        }
    }
}
