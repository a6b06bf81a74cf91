using System.Reflection;
using TokenThrift.Budgets;
using TokenThrift.StoreContracts;

namespace TokenThrift.Tests.Budgets;

/// <summary>The contract that store authors are given must fail for stores that are wrong.</summary>
public class StoreContractTests
{
    public static TheoryData<string, string> Faults() => new()
    {
        { nameof(Fault.KeepsTornSteps), nameof(BudgetStoreContract.Step_that_throws_leaves_nothing) },
        { nameof(Fault.IgnoresTheWindow), nameof(BudgetStoreContract.Rows_are_summed_from_a_bucket_on) },
        { nameof(Fault.ForgetsCorrections), nameof(BudgetStoreContract.Correction_is_noted_once) },
        { nameof(Fault.LosesTheModel), nameof(BudgetStoreContract.Hold_comes_back_as_it_was_written) },
        { nameof(Fault.NeverExpires), nameof(BudgetStoreContract.Open_holds_that_ran_out_are_listed_oldest_first) },
        { nameof(Fault.RunsStepsAtOnce), nameof(BudgetStoreContract.Steps_follow_one_another_however_many_come_at_once) },
        { nameof(Fault.IgnoresCancellation), nameof(BudgetStoreContract.Step_that_was_cancelled_before_it_began_does_nothing) },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Wrong_store_fails_the_contract(string fault, string rule)
    {
        var contract = new Faulty(Enum.Parse<Fault>(fault));
        MethodInfo test = typeof(BudgetStoreContract).GetMethod(rule)!;
        Assert.NotNull(await Record.ExceptionAsync(() => (Task)test.Invoke(contract, null)!));
    }

    public enum Fault
    {
        KeepsTornSteps,
        IgnoresTheWindow,
        ForgetsCorrections,
        LosesTheModel,
        NeverExpires,
        RunsStepsAtOnce,
        IgnoresCancellation,
    }

    // Nested and not public, so that the test runner does not find it.
    private sealed class Faulty(Fault fault) : BudgetStoreContract
    {
        protected override IBudgetStore CreateStore() => new FaultyStore(fault);
    }

    private sealed class FaultyStore(Fault fault) : IBudgetStore
    {
        private readonly MemoryBudgetStore _rows = new();
        private readonly Dictionary<string, BudgetBalance> _unguarded = [];

        public bool IsShared => false;

        public async ValueTask<TResult> TransactAsync<TState, TResult>(Func<IBudgetTransaction, TState, TResult> work, TState state, CancellationToken cancellationToken = default)
        {
            if (fault == Fault.RunsStepsAtOnce)
            {
                return work(new FaultyStep(null, fault, _unguarded), state);
            }

            Exception? torn = null;
            TResult result = await _rows.TransactAsync(
                (books, s) =>
                {
                    try
                    {
                        return work(new FaultyStep(books, fault, _unguarded), s);
                    }
                    catch (Exception e) when (fault == Fault.KeepsTornSteps)
                    {
                        torn = e;
                        return default!;
                    }
                },
                state,
                fault == Fault.IgnoresCancellation ? CancellationToken.None : cancellationToken);
            return torn is null ? result : throw torn;
        }
    }

    private sealed class FaultyStep(IBudgetTransaction? books, Fault fault, Dictionary<string, BudgetBalance> unguarded) : IBudgetTransaction
    {
        public BudgetHold? FindHold(string id) => books!.FindHold(id) is { } hold && fault == Fault.LosesTheModel ? hold with { ModelId = null } : books.FindHold(id);

        public void PutHold(BudgetHold hold) => books!.PutHold(hold);

        public IReadOnlyList<BudgetHold> FindExpired(DateTimeOffset now, int count) => fault == Fault.NeverExpires ? [] : books!.FindExpired(now, count);

        public BudgetBalance Sum(string account, long from)
        {
            if (books is null)
            {
                lock (unguarded)
                {
                    return unguarded.GetValueOrDefault(account);
                }
            }

            return books.Sum(account, fault == Fault.IgnoresTheWindow ? long.MinValue : from);
        }

        public BudgetBalance Add(BudgetEntry entry, BudgetAmounts posted, BudgetAmounts held)
        {
            if (books is not null)
            {
                return books.Add(entry, posted, held);
            }

            // Another step gets in between the reading and the writing.
            Thread.Sleep(1);
            lock (unguarded)
            {
                BudgetBalance before = unguarded.GetValueOrDefault(entry.Account);
                return unguarded[entry.Account] = new BudgetBalance(before.Posted + posted, before.Held + held);
            }
        }

        public bool TryNoteCorrection(string id) => books!.TryNoteCorrection(id) || fault == Fault.ForgetsCorrections;

        public void Forget(string account) => books!.Forget(account);
    }
}
