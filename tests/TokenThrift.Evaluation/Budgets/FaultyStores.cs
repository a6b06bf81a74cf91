using TokenThrift.Budgets;
using TokenThrift.Models;

namespace TokenThrift.Evaluation.Budgets;

/// <summary>Stores with one fault each.</summary>
internal static class FaultyStores
{
    internal sealed class KeepsTorn : SimulatedStore
    {
        protected override async ValueTask<TResult> RunAsync<TState, TResult>(MemoryBudgetStore rows, Func<IBudgetTransaction, TState, TResult> work, TState state)
        {
            Exception? failure = null;
            TResult result = await rows.TransactAsync(
                (books, s) =>
                {
                    try
                    {
                        return work(books, s);
                    }
                    catch (SimulatedCrashException e)
                    {
                        failure = e;
                        return default!;
                    }
                },
                state);
            return failure is null ? result : throw failure;
        }
    }

    internal sealed class LosesLast : SimulatedStore
    {
        protected override IEnumerable<IReadOnlyList<Action<IBudgetTransaction>>> Replayed(IReadOnlyList<IReadOnlyList<Action<IBudgetTransaction>>> journal) => journal.SkipLast(1);
    }

    internal sealed class ReplaysLast : SimulatedStore
    {
        protected override IEnumerable<IReadOnlyList<Action<IBudgetTransaction>>> Replayed(IReadOnlyList<IReadOnlyList<Action<IBudgetTransaction>>> journal) => journal.Concat(journal.TakeLast(1));
    }

    internal sealed class SkipsHeldReturn : SimulatedStore
    {
        protected override IBudgetTransaction Wrap(IBudgetTransaction books) => new Changed(books)
        {
            Adds = (entry, posted, held) => entry.Account.StartsWith("process/", StringComparison.Ordinal) && posted != default ? (entry, posted, default) : (entry, posted, held),
        };
    }

    internal sealed class SkipsParent : SimulatedStore
    {
        protected override IBudgetTransaction Wrap(IBudgetTransaction books) => new Changed(books)
        {
            Adds = (entry, posted, held) => entry.Account.Contains("task-parent", StringComparison.Ordinal) ? (entry, default, held) : (entry, posted, held),
        };
    }

    internal sealed class WrongBucket : SimulatedStore
    {
        protected override IBudgetTransaction Wrap(IBudgetTransaction books) => new Changed(books)
        {
            Adds = (entry, posted, held) =>
            {
                if (entry.Bucket == 0 || posted == default)
                {
                    return (entry, posted, held);
                }

                books.Add(entry with { Bucket = entry.Bucket + 86_400 }, posted, default);
                return (entry, default, held);
            },
        };
    }

    internal sealed class RefundsSent : SimulatedStore
    {
        protected override IBudgetTransaction Wrap(IBudgetTransaction books) => new Changed(books) { Expired = holds => [.. holds.Select(h => h with { Phase = BudgetHoldPhase.Reserved })] };
    }

    internal sealed class NeverExpires : SimulatedStore
    {
        protected override IBudgetTransaction Wrap(IBudgetTransaction books) => new Changed(books) { Expired = _ => [] };
    }

    internal sealed class LeaksOnVoid : SimulatedStore
    {
        protected override IBudgetTransaction Wrap(IBudgetTransaction books) => new Changed(books)
        {
            Adds = (entry, posted, held) => posted == default && held.Usd.Value < 0 ? (entry, posted, held with { Usd = held.Usd + new NanoUsd(1) }) : (entry, posted, held),
        };
    }

    internal sealed class ForgetsCorrections : SimulatedStore
    {
        protected override IBudgetTransaction Wrap(IBudgetTransaction books) => new Changed(books) { AlwaysNotes = true };
    }

    private sealed class Changed(IBudgetTransaction inner) : IBudgetTransaction
    {
        public Func<BudgetEntry, BudgetAmounts, BudgetAmounts, (BudgetEntry, BudgetAmounts, BudgetAmounts)>? Adds { get; init; }

        public Func<IReadOnlyList<BudgetHold>, IReadOnlyList<BudgetHold>>? Expired { get; init; }

        public bool AlwaysNotes { get; init; }

        public BudgetHold? FindHold(string id) => inner.FindHold(id);

        public void PutHold(BudgetHold hold) => inner.PutHold(hold);

        public IReadOnlyList<BudgetHold> FindExpired(DateTimeOffset now, int count)
        {
            IReadOnlyList<BudgetHold> holds = inner.FindExpired(now, count);
            return Expired is null ? holds : Expired(holds);
        }

        public BudgetBalance Sum(string account, long from) => inner.Sum(account, from);

        public BudgetBalance Add(BudgetEntry entry, BudgetAmounts posted, BudgetAmounts held)
        {
            (BudgetEntry e, BudgetAmounts p, BudgetAmounts h) = Adds is null ? (entry, posted, held) : Adds(entry, posted, held);
            return inner.Add(e, p, h);
        }

        public bool TryNoteCorrection(string id) => AlwaysNotes || inner.TryNoteCorrection(id);

        public void Forget(string account) => inner.Forget(account);
    }
}
