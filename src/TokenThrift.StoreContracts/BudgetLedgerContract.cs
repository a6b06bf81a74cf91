using Microsoft.Extensions.Time.Testing;
using TokenThrift.Budgets;
using TokenThrift.Models;

namespace TokenThrift.StoreContracts;

/// <summary>
/// What every ledger must do, whatever keeps its rows. To test a ledger of your own, derive from this class; the test runner finds
/// the tests in the derived class. For a store derive from <see cref="BudgetStoreContract"/>, which tests the store itself as well.
/// </summary>
/// <remarks>The test framework makes one object for each test, so one is not used concurrently.</remarks>
public abstract partial class BudgetLedgerContract
{
    private static readonly BudgetScope Alice = new(BudgetScopeKind.User, "alice");
    private static readonly BudgetScope Acme = new(BudgetScopeKind.Tenant, "acme\n% '\"é");
    private int _ids;

    /// <summary>Gets the clock of the tests, which they move; it starts at noon of 4 May 2026, UTC.</summary>
    protected FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 5, 4, 12, 0, 0, TimeSpan.Zero));

    /// <summary>Makes a ledger over an empty store.</summary>
    /// <param name="time">The clock that the ledger must go by.</param>
    /// <returns>The ledger.</returns>
    protected abstract IBudgetLedger CreateLedger(TimeProvider time);

    [Fact]
    public async Task Hold_is_taken_on_all_accounts_or_on_none()
    {
        IBudgetLedger ledger = CreateLedger(Time);
        BudgetReservation wide = Ask(10, On(Alice, 100), On(Acme, 15));
        Assert.True((await ledger.ReserveAsync(wide)).IsAdmitted);
        BudgetDecision refused = await ledger.ReserveAsync(Ask(10, On(Alice, 100), On(Acme, 15)));
        Assert.False(refused.IsAdmitted);
        Assert.True(refused.IsWaitable);
        Assert.Equal(Acme, refused.Broken!.Scope);
        Assert.Equal(5, refused.Broken.Left);
        await Expect(ledger, Alice, posted: 0, held: 10);
        await Expect(ledger, Acme, posted: 0, held: 10);
    }

    [Fact]
    public async Task Settling_posts_what_was_used_and_frees_the_rest_on_every_account()
    {
        IBudgetLedger ledger = CreateLedger(Time);
        BudgetReservation ask = Ask(10, On(Alice, 100), On(Acme, 100));
        await ledger.ReserveAsync(ask);
        Assert.Equal(BudgetOutcome.Done, await ledger.MarkSentAsync(ask.Id));
        Assert.Equal(BudgetOutcome.Done, await ledger.SettleAsync(ask.Id, Usd(4), BudgetEvidence.Reported));
        await Expect(ledger, Alice, posted: 4, held: 0);
        await Expect(ledger, Acme, posted: 4, held: 0);
        BudgetHold hold = (await ledger.FindAsync(ask.Id))!;
        Assert.Equal(BudgetHoldPhase.Settled, hold.Phase);
        Assert.Equal(BudgetEvidence.Reported, hold.Evidence);
        Assert.Equal(Usd(4), hold.Charged);
        Assert.Equal([Key(Alice), Key(Acme)], hold.Entries.Select(e => e.Account));
    }

    [Fact]
    public async Task More_than_was_held_is_posted_in_full()
    {
        IBudgetLedger ledger = CreateLedger(Time);
        BudgetReservation ask = Ask(10, On(Alice, 10));
        await ledger.ReserveAsync(ask);
        await ledger.SettleAsync(ask.Id, Usd(25), BudgetEvidence.Reported);
        await Expect(ledger, Alice, posted: 25, held: 0);
        BudgetDecision next = await ledger.ReserveAsync(Ask(1, On(Alice, 10)));
        Assert.False(next.IsAdmitted);
        Assert.False(next.IsWaitable);
        Assert.Equal(-15, next.Broken!.Left);
    }

    [Fact]
    public async Task Every_operation_may_be_repeated_and_a_different_one_with_the_same_id_is_a_conflict()
    {
        IBudgetLedger ledger = CreateLedger(Time);
        BudgetReservation ask = Ask(10, On(Alice, 100));
        await ledger.ReserveAsync(ask);
        Assert.Equal(ask.Id, (await ledger.ReserveAsync(ask)).Hold!.Id);
        Assert.True((await ledger.ReserveAsync(ask with { Amounts = Usd(11) })).IsConflict);
        Assert.True((await ledger.ReserveAsync(ask with { Demands = [On(Acme, 100)] })).IsConflict);
        await Expect(ledger, Alice, posted: 0, held: 10);

        Assert.Equal(BudgetOutcome.Done, await ledger.MarkSentAsync(ask.Id));
        Assert.Equal(BudgetOutcome.Repeated, await ledger.MarkSentAsync(ask.Id));
        Assert.Equal(BudgetOutcome.Done, await ledger.SettleAsync(ask.Id, Usd(4), BudgetEvidence.Reported));
        Assert.Equal(BudgetOutcome.Repeated, await ledger.SettleAsync(ask.Id, Usd(4), BudgetEvidence.Reported));
        Assert.Equal(BudgetOutcome.Conflict, await ledger.SettleAsync(ask.Id, Usd(5), BudgetEvidence.Reported));
        Assert.Equal(BudgetOutcome.Conflict, await ledger.VoidAsync(ask.Id, knownUnbilled: true));
        Assert.Equal(BudgetOutcome.Conflict, await ledger.MarkSentAsync(ask.Id));
        Assert.True((await ledger.ReserveAsync(ask)).IsAdmitted);
        await Expect(ledger, Alice, posted: 4, held: 0);
    }

    [Fact]
    public async Task Unknown_ids_change_nothing()
    {
        IBudgetLedger ledger = CreateLedger(Time);
        Assert.Equal(BudgetOutcome.NotFound, await ledger.MarkSentAsync("none"));
        Assert.Equal(BudgetOutcome.NotFound, await ledger.SettleAsync("none", Usd(1), BudgetEvidence.Reported));
        Assert.Equal(BudgetOutcome.NotFound, await ledger.VoidAsync("none"));
        Assert.Equal(BudgetOutcome.NotFound, await ledger.ExtendAsync("none", TimeSpan.FromMinutes(1)));
        Assert.Equal(BudgetOutcome.NotFound, await ledger.CorrectAsync("c", "none", Usd(1)));
        Assert.Equal(BudgetOutcome.NotFound, await ledger.ReturnAsync("none"));
        Assert.Null(await ledger.FindAsync("none"));
    }

    [Fact]
    public async Task Hold_that_was_sent_is_given_back_only_when_it_is_known_to_be_free()
    {
        IBudgetLedger ledger = CreateLedger(Time);
        BudgetReservation ask = Ask(10, On(Alice, 100));
        await ledger.ReserveAsync(ask);
        await ledger.MarkSentAsync(ask.Id);
        Assert.Equal(BudgetOutcome.Conflict, await ledger.VoidAsync(ask.Id));
        await Expect(ledger, Alice, posted: 0, held: 10);
        Assert.Equal(BudgetOutcome.Done, await ledger.VoidAsync(ask.Id, knownUnbilled: true));
        Assert.Equal(BudgetOutcome.Repeated, await ledger.VoidAsync(ask.Id, knownUnbilled: true));
        await Expect(ledger, Alice, posted: 0, held: 0);
    }

    [Fact]
    public async Task Hold_that_runs_out_is_free_before_it_is_sent_and_charged_in_full_after()
    {
        IBudgetLedger ledger = CreateLedger(Time);
        BudgetReservation idle = Ask(10, On(Alice, 100));
        BudgetReservation sent = Ask(20, On(Alice, 100));
        BudgetReservation kept = Ask(40, On(Alice, 100));
        foreach (BudgetReservation ask in new[] { idle, sent, kept })
        {
            await ledger.ReserveAsync(ask);
        }

        await ledger.MarkSentAsync(sent.Id);
        await ledger.ExtendAsync(kept.Id, TimeSpan.FromHours(2));
        Time.Advance(TimeSpan.FromMinutes(11));
        IReadOnlyList<BudgetHold> ended = await ledger.ExpireAsync();
        Assert.Equal([(idle.Id, BudgetHoldPhase.Voided), (sent.Id, BudgetHoldPhase.Unknown)], ended.Select(h => (h.Id, h.Phase)).OrderBy(h => h.Phase));
        await Expect(ledger, Alice, posted: 20, held: 40);
        Assert.Empty(await ledger.ExpireAsync());
    }

    [Fact]
    public async Task Late_settlement_is_posted_in_place_of_what_was_assumed()
    {
        IBudgetLedger ledger = CreateLedger(Time);
        BudgetReservation idle = Ask(10, On(Alice, 100));
        BudgetReservation sent = Ask(20, On(Alice, 100));
        await ledger.ReserveAsync(idle);
        await ledger.ReserveAsync(sent);
        await ledger.MarkSentAsync(sent.Id);
        Time.Advance(TimeSpan.FromMinutes(11));
        await ledger.ExpireAsync();
        Assert.Equal(BudgetOutcome.Late, await ledger.SettleAsync(sent.Id, Usd(7), BudgetEvidence.Reported));
        Assert.Equal(BudgetOutcome.Repeated, await ledger.SettleAsync(sent.Id, Usd(7), BudgetEvidence.Reported));
        Assert.Equal(BudgetOutcome.Late, await ledger.SettleAsync(idle.Id, Usd(3), BudgetEvidence.Reported));
        await Expect(ledger, Alice, posted: 10, held: 0);
    }

    [Fact]
    public async Task Abandoned_hold_cannot_refuse_anybody_after_it_ran_out()
    {
        IBudgetLedger ledger = CreateLedger(Time);
        await ledger.ReserveAsync(Ask(10, On(Alice, 10)));
        Assert.False((await ledger.ReserveAsync(Ask(10, On(Alice, 10)))).IsAdmitted);
        Time.Advance(TimeSpan.FromMinutes(11));
        Assert.True((await ledger.ReserveAsync(Ask(10, On(Alice, 10)))).IsAdmitted);
    }

    [Fact]
    public async Task Correction_is_the_only_way_by_which_spending_shrinks_and_counts_once()
    {
        IBudgetLedger ledger = CreateLedger(Time);
        BudgetReservation ask = Ask(10, On(Alice, 100));
        await ledger.ReserveAsync(ask);
        Assert.Equal(BudgetOutcome.Conflict, await ledger.CorrectAsync("early", ask.Id, Usd(1)));
        await ledger.SettleAsync(ask.Id, Usd(9), BudgetEvidence.Counted);
        Assert.Equal(BudgetOutcome.Done, await ledger.CorrectAsync("invoice", ask.Id, Usd(6)));
        Assert.Equal(BudgetOutcome.Repeated, await ledger.CorrectAsync("invoice", ask.Id, Usd(5)));
        await Expect(ledger, Alice, posted: 6, held: 0);
    }

    [Fact]
    public async Task Hostile_amounts_are_clamped()
    {
        IBudgetLedger ledger = CreateLedger(Time);
        BudgetReservation negative = Ask(-5, On(Alice, 10));
        Assert.True((await ledger.ReserveAsync(negative)).IsAdmitted);
        await Expect(ledger, Alice, posted: 0, held: 0);
        await ledger.SettleAsync(negative.Id, Usd(-7), BudgetEvidence.Reported);
        await Expect(ledger, Alice, posted: 0, held: 0);
        Assert.False((await ledger.ReserveAsync(Ask(long.MaxValue, On(Alice, 10)))).IsAdmitted);
        BudgetReservation open = Ask(1, On(Acme));
        await ledger.ReserveAsync(open);
        await ledger.SettleAsync(open.Id, Usd(long.MaxValue), BudgetEvidence.Reported);
        await Expect(ledger, Acme, posted: BudgetAmounts.Max, held: 0);
    }

    [Fact]
    public async Task Observed_limit_is_reported_and_does_not_refuse()
    {
        IBudgetLedger ledger = CreateLedger(Time);
        BudgetDecision decision = await ledger.ReserveAsync(Ask(10, On(Alice, 1)) with { Enforce = false });
        Assert.True(decision.IsAdmitted);
        Assert.Equal(Alice, decision.Broken!.Scope);
    }

    [Fact]
    public async Task Hold_settles_in_the_window_in_which_it_was_taken()
    {
        IBudgetLedger ledger = CreateLedger(Time);
        BudgetReservation ask = Ask(10, Daily());
        await ledger.ReserveAsync(ask);
        await ledger.MarkSentAsync(ask.Id);
        await ledger.ExtendAsync(ask.Id, TimeSpan.FromDays(1));
        BudgetDemand today = Daily();
        Time.Advance(TimeSpan.FromHours(13));
        Assert.True((await ledger.ReserveAsync(Ask(10, Daily()))).IsAdmitted);
        await ledger.SettleAsync(ask.Id, Usd(8), BudgetEvidence.Reported);
        BudgetBalance tomorrow = (await ledger.ReadAsync([Daily()]))[0];
        Assert.Equal(0, tomorrow.Posted.Usd.Value);
        Assert.Equal(18, (await ledger.ReadAsync([today]))[0].Posted.Usd.Value + tomorrow.Held.Usd.Value);

        BudgetDemand Daily() => BudgetDemand.On(Alice, BudgetWindow.Day, [LimitOf(10).Per(BudgetWindow.Day)], Time.GetUtcNow());
    }

    [Fact]
    public async Task Rolling_window_forgets_what_is_older_than_its_length()
    {
        IBudgetLedger ledger = CreateLedger(Time);
        for (int i = 0; i < 3; i++)
        {
            BudgetReservation ask = Ask(10, Hourly());
            Assert.True((await ledger.ReserveAsync(ask)).IsAdmitted);
            await ledger.SettleAsync(ask.Id, Usd(10), BudgetEvidence.Reported);
            Time.Advance(TimeSpan.FromMinutes(20));
        }

        Assert.False((await ledger.ReserveAsync(Ask(10, Hourly()))).IsAdmitted);
        Time.Advance(TimeSpan.FromMinutes(2));
        Assert.True((await ledger.ReserveAsync(Ask(10, Hourly()))).IsAdmitted);
        Assert.False((await ledger.ReserveAsync(Ask(1, Hourly()))).IsAdmitted);

        BudgetDemand Hourly()
        {
            var window = BudgetWindow.Rolling(TimeSpan.FromHours(1));
            return BudgetDemand.On(Alice, window, [LimitOf(30).Per(window)], Time.GetUtcNow());
        }
    }

    [Fact]
    public async Task Concurrent_calls_cannot_hold_more_than_the_limit()
    {
        IBudgetLedger ledger = CreateLedger(Time);
        int admitted = 0;
        await Parallel.ForAsync(0, 200, async (i, _) =>
        {
            BudgetReservation ask = Ask(10, On(Alice, 500));
            if ((await ledger.ReserveAsync(ask, CancellationToken.None)).IsAdmitted)
            {
                Interlocked.Increment(ref admitted);
                await ledger.MarkSentAsync(ask.Id, CancellationToken.None);
                await ledger.SettleAsync(ask.Id, Usd(10), BudgetEvidence.Reported, CancellationToken.None);
            }
        });
        Assert.Equal(50, admitted);
        await Expect(ledger, Alice, posted: 500, held: 0);
    }

    [Fact]
    public async Task Account_may_not_be_named_twice()
    {
        IBudgetLedger ledger = CreateLedger(Time);
        await Assert.ThrowsAsync<ArgumentException>(async () => await ledger.ReserveAsync(Ask(1, On(Alice, 10), On(Alice, 10))));
    }

    private static BudgetAmounts Usd(long nano) => new() { Usd = new NanoUsd(nano) };

    private static Limit LimitOf(long nanoUsd) => Limit.Usd(nanoUsd / 1_000_000_000m);

    private static string Key(BudgetScope scope) => BudgetDemand.On(scope, BudgetWindow.Lifetime, [], default).Entry.Account;

    private BudgetDemand On(BudgetScope scope, long? nanoUsd = null) =>
        BudgetDemand.On(scope, BudgetWindow.Lifetime, nanoUsd is { } n ? [LimitOf(n)] : [], Time.GetUtcNow());

    private BudgetReservation Ask(long nanoUsd, params BudgetDemand[] demands) =>
        new() { Id = $"hold-{Interlocked.Increment(ref _ids)}", Demands = demands, Amounts = Usd(nanoUsd) };

    private static async Task Expect(IBudgetLedger ledger, BudgetScope scope, long posted, long held)
    {
        BudgetBalance balance = (await ledger.ReadAsync([BudgetDemand.On(scope, BudgetWindow.Lifetime, [], default)]))[0];
        Assert.Equal((posted, held), (balance.Posted.Usd.Value, balance.Held.Usd.Value));
    }
}
