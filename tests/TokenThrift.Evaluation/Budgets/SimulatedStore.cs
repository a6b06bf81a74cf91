using TokenThrift.Budgets;

namespace TokenThrift.Evaluation.Budgets;

/// <summary>A store that crashes: in the middle of a step, which must leave nothing, or between steps, after which it is rebuilt from its journal.</summary>
internal class SimulatedStore : IBudgetStore
{
    private readonly List<IReadOnlyList<Action<IBudgetTransaction>>> _journal = [];
    private MemoryBudgetStore _rows = new();

    /// <summary>Gets or sets how many writes the next step may do before it crashes; negative for no crash.</summary>
    public int CrashAfterWrites { get; set; } = -1;

    public bool IsShared => false;

    public ValueTask<TResult> TransactAsync<TState, TResult>(Func<IBudgetTransaction, TState, TResult> work, TState state, CancellationToken cancellationToken = default)
    {
        var log = new List<Action<IBudgetTransaction>>();
        int crashAfter = CrashAfterWrites;
        CrashAfterWrites = -1;
        ValueTask<TResult> result = RunAsync(_rows, (books, s) => work(Wrap(new Logged(books, log, crashAfter)), s), state);
        if (log.Count > 0)
        {
            _journal.Add(log);
        }

        return result;
    }

    /// <summary>Loses what is in memory and builds it again from the journal.</summary>
    public void Restart()
    {
        var rows = new MemoryBudgetStore();
        foreach (IReadOnlyList<Action<IBudgetTransaction>> step in Replayed(_journal))
        {
            ValueTask<bool> done = rows.TransactAsync(
                static (books, writes) =>
                {
                    foreach (Action<IBudgetTransaction> write in writes)
                    {
                        write(books);
                    }

                    return true;
                },
                step);
            if (!done.IsCompletedSuccessfully)
            {
                throw new InvalidOperationException("The memory store did not finish at once.");
            }
        }

        _rows = rows;
    }

    /// <summary>Runs one step; a mutant may keep what a crash left.</summary>
    protected virtual ValueTask<TResult> RunAsync<TState, TResult>(MemoryBudgetStore rows, Func<IBudgetTransaction, TState, TResult> work, TState state) => rows.TransactAsync(work, state);

    /// <summary>Says what a restart replays; a mutant may lose or double some of it.</summary>
    protected virtual IEnumerable<IReadOnlyList<Action<IBudgetTransaction>>> Replayed(IReadOnlyList<IReadOnlyList<Action<IBudgetTransaction>>> journal) => journal;

    /// <summary>Lets a mutant put itself between the rules and the rows.</summary>
    protected virtual IBudgetTransaction Wrap(IBudgetTransaction books) => books;

    private sealed class Logged(IBudgetTransaction inner, List<Action<IBudgetTransaction>> log, int crashAfter) : IBudgetTransaction
    {
        private int _writes;

        public BudgetHold? FindHold(string id) => inner.FindHold(id);

        public IReadOnlyList<BudgetHold> FindExpired(DateTimeOffset now, int count) => inner.FindExpired(now, count);

        public BudgetBalance Sum(string account, long from) => inner.Sum(account, from);

        public void PutHold(BudgetHold hold)
        {
            Write(books => books.PutHold(hold));
            inner.PutHold(hold);
        }

        public BudgetBalance Add(BudgetEntry entry, BudgetAmounts posted, BudgetAmounts held)
        {
            Write(books => books.Add(entry, posted, held));
            return inner.Add(entry, posted, held);
        }

        public bool TryNoteCorrection(string id)
        {
            Write(books => books.TryNoteCorrection(id));
            return inner.TryNoteCorrection(id);
        }

        public void Forget(string account) => inner.Forget(account);

        private void Write(Action<IBudgetTransaction> write)
        {
            if (_writes++ == crashAfter)
            {
                log.Clear();
                throw new SimulatedCrashException();
            }

            log.Add(write);
        }
    }
}

/// <summary>The store crashed in the middle of a step.</summary>
internal sealed class SimulatedCrashException() : Exception("The simulated store crashed.");
