using TokenThrift.Budgets;

namespace TokenThrift.StoreContracts;

/// <content>Money that is set aside for sub-tasks.</content>
public abstract partial class BudgetLedgerContract
{
    [Fact]
    public async Task Allocation_is_set_aside_at_once_drawn_on_first_and_returned()
    {
        IBudgetLedger ledger = CreateLedger(Time);
        BudgetReservation setAside = Ask(60, On(Alice, 100));
        Assert.True((await ledger.AllocateAsync(setAside)).IsAdmitted);
        Assert.False((await ledger.AllocateAsync(Ask(60, On(Alice, 100)))).IsAdmitted);

        // The sub-task draws on what is set aside, others cannot.
        BudgetReservation child = Ask(50, On(Alice, 100), On(Acme, 60)) with { Allocation = setAside.Id };
        Assert.True((await ledger.ReserveAsync(child)).IsAdmitted);
        await Expect(ledger, Alice, posted: 0, held: 60);
        Assert.False((await ledger.ReserveAsync(Ask(41, On(Alice, 100)))).IsAdmitted);
        await ledger.SettleAsync(child.Id, Usd(20), BudgetEvidence.Reported);
        await Expect(ledger, Alice, posted: 20, held: 40);
        await Expect(ledger, Acme, posted: 20, held: 0);

        Assert.Equal(BudgetOutcome.Done, await ledger.ReturnAsync(setAside.Id));
        Assert.Equal(BudgetOutcome.Repeated, await ledger.ReturnAsync(setAside.Id));
        await Expect(ledger, Alice, posted: 20, held: 0);
        Assert.True((await ledger.ReserveAsync(Ask(80, On(Alice, 100)))).IsAdmitted);
    }

    [Fact]
    public async Task Call_that_outlives_its_allocation_still_settles_exactly()
    {
        IBudgetLedger ledger = CreateLedger(Time);
        BudgetReservation setAside = Ask(60, On(Alice, 100));
        await ledger.AllocateAsync(setAside);
        BudgetReservation child = Ask(50, On(Alice, 100)) with { Allocation = setAside.Id };
        await ledger.ReserveAsync(child);
        await ledger.ReturnAsync(setAside.Id);
        await Expect(ledger, Alice, posted: 0, held: 50);
        await ledger.SettleAsync(child.Id, Usd(70), BudgetEvidence.Reported);
        await Expect(ledger, Alice, posted: 70, held: 0);
    }

    [Fact]
    public async Task Allocation_that_nobody_draws_on_returns_when_it_runs_out_and_a_draw_makes_it_last()
    {
        IBudgetLedger ledger = CreateLedger(Time);
        BudgetReservation setAside = Ask(60, On(Alice, 100)) with { TimeToLive = TimeSpan.FromHours(1) };
        await ledger.AllocateAsync(setAside);
        Time.Advance(TimeSpan.FromMinutes(50));
        BudgetReservation child = Ask(10, On(Alice, 100)) with { Allocation = setAside.Id, AllocationTimeToLive = TimeSpan.FromHours(1) };
        await ledger.ReserveAsync(child);
        await ledger.SettleAsync(child.Id, Usd(10), BudgetEvidence.Reported);
        Time.Advance(TimeSpan.FromMinutes(50));
        await ledger.ExpireAsync();
        await Expect(ledger, Alice, posted: 10, held: 50);
        Time.Advance(TimeSpan.FromMinutes(20));
        await ledger.ExpireAsync();
        await Expect(ledger, Alice, posted: 10, held: 0);
        Assert.Equal(BudgetOutcome.Repeated, await ledger.ReturnAsync(setAside.Id));

        // The sub-task's calls go on; they draw on what is around it.
        Assert.True((await ledger.ReserveAsync(Ask(90, On(Alice, 100)) with { Allocation = setAside.Id })).IsAdmitted);
        await Expect(ledger, Alice, posted: 10, held: 90);
    }

    [Fact]
    public async Task Allocation_within_another_gives_back_what_it_drew_and_no_more()
    {
        IBudgetLedger ledger = CreateLedger(Time);
        BudgetReservation outer = Ask(30, On(Alice, 100));
        await ledger.AllocateAsync(outer);
        BudgetReservation inner = Ask(50, On(Alice, 100)) with { Allocation = outer.Id };
        Assert.True((await ledger.AllocateAsync(inner)).IsAdmitted);
        await Expect(ledger, Alice, posted: 0, held: 50);
        await ledger.ReturnAsync(inner.Id);
        await Expect(ledger, Alice, posted: 0, held: 30);
        await ledger.ReturnAsync(outer.Id);
        await Expect(ledger, Alice, posted: 0, held: 0);
    }

    [Fact]
    public async Task Hold_and_the_allocation_that_it_drew_on_may_run_out_together()
    {
        IBudgetLedger ledger = CreateLedger(Time);
        BudgetReservation setAside = Ask(60, On(Alice, 100)) with { TimeToLive = TimeSpan.FromMinutes(1) };
        await ledger.AllocateAsync(setAside);
        BudgetReservation child = Ask(50, On(Alice, 100)) with { Allocation = setAside.Id, TimeToLive = TimeSpan.FromMinutes(1), AllocationTimeToLive = TimeSpan.FromMinutes(2) };
        await ledger.ReserveAsync(child);
        Time.Advance(TimeSpan.FromMinutes(3));
        await ledger.ExpireAsync();
        await Expect(ledger, Alice, posted: 0, held: 0);
    }
}
