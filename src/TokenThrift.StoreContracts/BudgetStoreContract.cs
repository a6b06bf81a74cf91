using TokenThrift.Budgets;

namespace TokenThrift.StoreContracts;

/// <summary>
/// What every store of budget rows must do: all that a ledger over it must do, and that its steps are atomic, isolated and give
/// back what was written. Derive from this class and make an empty store; the test runner finds the tests in the derived class.
/// </summary>
public abstract class BudgetStoreContract : BudgetLedgerContract
{
    private static readonly BudgetEntry Row = new("task/all/a b\n%25'\"é漢", 0);

    /// <summary>Makes an empty store.</summary>
    /// <returns>The store. A test may ask for several; they share nothing.</returns>
    protected abstract IBudgetStore CreateStore();

    /// <inheritdoc/>
    protected override IBudgetLedger CreateLedger(TimeProvider time) => new BudgetLedger(CreateStore(), time);

    [Fact]
    public async Task Step_that_throws_leaves_nothing()
    {
        IBudgetStore store = CreateStore();
        await DoAsync(store, books => books.PutHold(HoldOf("kept")));
        await Assert.ThrowsAsync<NotSupportedException>(async () => await DoAsync(store, books =>
        {
            books.Add(Row, AmountsOf(5), AmountsOf(7));
            books.PutHold(HoldOf("kept") with { Phase = BudgetHoldPhase.Sent });
            books.PutHold(HoldOf("lost"));
            books.TryNoteCorrection("lost");
            throw new NotSupportedException();
        }));
        await DoAsync(store, books =>
        {
            Assert.Equal(default, books.Sum(Row.Account, 0));
            Assert.Equal(BudgetHoldPhase.Reserved, books.FindHold("kept")!.Phase);
            Assert.Null(books.FindHold("lost"));
            Assert.True(books.TryNoteCorrection("lost"));
        });
    }

    [Fact]
    public async Task Step_sees_its_own_writes_and_the_next_one_sees_them_too()
    {
        IBudgetStore store = CreateStore();
        await DoAsync(store, books =>
        {
            Assert.Equal(new BudgetBalance(AmountsOf(5), AmountsOf(7)), books.Add(Row, AmountsOf(5), AmountsOf(7)));
            Assert.Equal(new BudgetBalance(AmountsOf(6), AmountsOf(0)), books.Add(Row, AmountsOf(1), AmountsOf(-7)));
            Assert.Equal(new BudgetBalance(AmountsOf(6), AmountsOf(0)), books.Sum(Row.Account, 0));
        });
        await DoAsync(store, books => Assert.Equal(new BudgetBalance(AmountsOf(6), AmountsOf(0)), books.Sum(Row.Account, 0)));
    }

    [Fact]
    public async Task Hold_comes_back_as_it_was_written()
    {
        IBudgetStore store = CreateStore();
        BudgetHold whole = HoldOf("whole") with
        {
            Phase = BudgetHoldPhase.Unknown,
            Charged = AmountsOf(3),
            Evidence = BudgetEvidence.WorstCase,
            Allocation = "other",
            Drawn = AmountsOf(2),
            ModelId = "model",
        };
        BudgetHold bare = HoldOf("bare") with { IsAllocation = true };
        await DoAsync(store, books =>
        {
            books.PutHold(HoldOf("whole"));
            books.PutHold(whole);
            books.PutHold(bare);
        });
        await DoAsync(store, books =>
        {
            foreach (BudgetHold written in new[] { whole, bare })
            {
                BudgetHold read = books.FindHold(written.Id)!;
                Assert.Equal(written.Entries, read.Entries);
                Assert.Equal(written, read with { Entries = written.Entries });
            }
        });
    }

    [Fact]
    public async Task Rows_are_summed_from_a_bucket_on()
    {
        IBudgetStore store = CreateStore();
        await DoAsync(store, books =>
        {
            foreach (long bucket in new[] { 30L, 10, 20 })
            {
                books.Add(Row with { Bucket = bucket }, AmountsOf(bucket), AmountsOf(1));
            }

            books.Add(new BudgetEntry(Row.Account + "x", 20), AmountsOf(1000), default);
            Assert.Equal(new BudgetBalance(AmountsOf(50), AmountsOf(2)), books.Sum(Row.Account, 20));
            Assert.Equal(new BudgetBalance(AmountsOf(60), AmountsOf(3)), books.Sum(Row.Account, long.MinValue));
            Assert.Equal(default, books.Sum(Row.Account, 31));
            Assert.Equal(default, books.Sum("nobody", 0));
        });
    }

    [Fact]
    public async Task Open_holds_that_ran_out_are_listed_oldest_first()
    {
        IBudgetStore store = CreateStore();
        await DoAsync(store, books =>
        {
            books.PutHold(HoldOf("third", minutes: 3));
            books.PutHold(HoldOf("first", minutes: 1));
            books.PutHold(HoldOf("second", minutes: 2) with { Phase = BudgetHoldPhase.Sent, IsAllocation = true });
            books.PutHold(HoldOf("ended", minutes: 1) with { Phase = BudgetHoldPhase.Settled });
            books.PutHold(HoldOf("voided", minutes: 1) with { Phase = BudgetHoldPhase.Voided });
            books.PutHold(HoldOf("moved", minutes: 1));
            books.PutHold(HoldOf("moved", minutes: 9));
        });
        await DoAsync(store, books =>
        {
            DateTimeOffset start = Time.GetUtcNow();
            Assert.Empty(books.FindExpired(start, 10));
            Assert.Equal(["first", "second"], books.FindExpired(start + TimeSpan.FromMinutes(2), 10).Select(h => h.Id));
            Assert.Equal(["first"], books.FindExpired(start + TimeSpan.FromMinutes(9), 1).Select(h => h.Id));
            Assert.Equal(["first", "second", "third", "moved"], books.FindExpired(start + TimeSpan.FromMinutes(9), 10).Select(h => h.Id));
        });
    }

    [Fact]
    public async Task Correction_is_noted_once()
    {
        IBudgetStore store = CreateStore();
        await DoAsync(store, books => Assert.True(books.TryNoteCorrection("c")));
        await DoAsync(store, books => Assert.False(books.TryNoteCorrection("c")));
    }

    [Fact]
    public async Task Forgetting_an_account_leaves_the_others()
    {
        IBudgetStore store = CreateStore();
        await DoAsync(store, books =>
        {
            books.Add(Row, AmountsOf(5), default);
            books.Add(new BudgetEntry("other", 0), AmountsOf(6), default);
            books.Forget(Row.Account);
        });
        await DoAsync(store, books => Assert.Equal(AmountsOf(6), books.Sum("other", 0).Posted));
    }

    [Fact]
    public async Task Steps_follow_one_another_however_many_come_at_once()
    {
        IBudgetStore store = CreateStore();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(
            () =>
            {
                for (int i = 0; i < 50; i++)
                {
                    DoAsync(store, AddOne).GetAwaiter().GetResult();
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));
        await DoAsync(store, books => Assert.Equal(AmountsOf(200), books.Sum(Row.Account, 0).Posted));

        static void AddOne(IBudgetTransaction books)
        {
            // What one step read, no other may change before it has written.
            BudgetBalance before = books.Sum(Row.Account, 0);
            BudgetBalance after = books.Add(Row, AmountsOf(1), default);
            Assert.Equal(before.Posted + AmountsOf(1), after.Posted);
        }
    }

    [Fact]
    public async Task Step_that_was_cancelled_before_it_began_does_nothing()
    {
        IBudgetStore store = CreateStore();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await store.TransactAsync(
            static (books, row) => books.Add(row, AmountsOf(1), default), Row, new CancellationToken(canceled: true)));
        await DoAsync(store, books => Assert.Equal(default, books.Sum(Row.Account, 0)));
    }

    private static BudgetAmounts AmountsOf(long n) => new() { Usd = new(n), InputTokens = 2 * n, OutputTokens = 3 * n, Calls = n, Milliseconds = 4 * n };

    private static async Task DoAsync(IBudgetStore store, Action<IBudgetTransaction> work) => await store.TransactAsync(
        static (books, w) =>
        {
            w(books);
            return true;
        },
        work);

    private BudgetHold HoldOf(string id, int minutes = 5) => new()
    {
        Id = id,
        Entries = [Row, new BudgetEntry("user/day/bob", 86_400)],
        Amounts = AmountsOf(BudgetAmounts.Max / 4),
        CreatedAt = Time.GetUtcNow(),
        ExpiresAt = Time.GetUtcNow() + TimeSpan.FromMinutes(minutes),
    };
}
