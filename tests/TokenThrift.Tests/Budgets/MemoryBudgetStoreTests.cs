using TokenThrift.Budgets;
using TokenThrift.StoreContracts;

namespace TokenThrift.Tests.Budgets;

public class MemoryBudgetStoreTests : BudgetStoreContract
{
    [Fact]
    public async Task Only_what_ended_long_ago_is_forgotten()
    {
        IBudgetLedger ledger = CreateLedger(Time);
        BudgetDemand[] on = [BudgetDemand.On(new BudgetScope(BudgetScopeKind.Process, "p"), BudgetWindow.Lifetime, [], default)];
        await ledger.ReserveAsync(new BudgetReservation { Id = "open", Demands = on });
        for (int i = 0; i <= MemoryBudgetStore.Remembered; i++)
        {
            await ledger.ReserveAsync(new BudgetReservation { Id = $"{i}", Demands = on });
            await ledger.VoidAsync($"{i}");
        }

        Assert.Null(await ledger.FindAsync("0"));
        Assert.NotNull(await ledger.FindAsync("1"));
        Assert.NotNull(await ledger.FindAsync("open"));
    }

    [Fact]
    public async Task Resolution_that_was_taken_back_does_not_make_an_open_hold_be_forgotten()
    {
        IBudgetStore store = CreateStore();
        var hold = new BudgetHold { Id = "open", Entries = [], ExpiresAt = DateTimeOffset.MaxValue };
        await DoAsync(books => books.PutHold(hold));
        await Assert.ThrowsAsync<NotSupportedException>(() => DoAsync(books =>
        {
            books.PutHold(hold with { Phase = BudgetHoldPhase.Voided });
            throw new NotSupportedException();
        }));
        for (int i = 0; i <= MemoryBudgetStore.Remembered; i++)
        {
            await DoAsync(books =>
            {
                books.PutHold(hold with { Id = $"{i}" });
                books.PutHold(hold with { Id = $"{i}", Phase = BudgetHoldPhase.Voided });
            });
        }

        await DoAsync(books => Assert.NotNull(books.FindHold("open")));

        async Task DoAsync(Action<IBudgetTransaction> work) => await store.TransactAsync(
            static (books, w) =>
            {
                w(books);
                return true;
            },
            work);
    }

    protected override IBudgetStore CreateStore() => new MemoryBudgetStore();
}
