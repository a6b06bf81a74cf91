namespace TokenThrift.Budgets;

/// <summary>Keeps the books in this process: exact while it lives, gone when it ends.</summary>
/// <remarks>
/// Resolved holds are remembered until <see cref="Remembered"/> newer ones have been resolved, so that a repeated or late operation finds them.
/// Safe for concurrent use.
/// </remarks>
public sealed class MemoryBudgetStore : IBudgetStore
{
    /// <summary>How many resolved holds are remembered.</summary>
    public const int Remembered = 10_000;

    private readonly Lock _lock = new();
    private readonly Transaction _transaction = new();

    /// <inheritdoc/>
    public bool IsShared => false;

    /// <inheritdoc/>
    public ValueTask<TResult> TransactAsync<TState, TResult>(Func<IBudgetTransaction, TState, TResult> work, TState state, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            _transaction.Begin();
            try
            {
                TResult result = work(_transaction, state);
                return ValueTask.FromResult(result);
            }
            catch
            {
                _transaction.Undo();
                throw;
            }
        }
    }

    private sealed class Transaction : IBudgetTransaction
    {
        private readonly Dictionary<string, BudgetHold> _holds = new(StringComparer.Ordinal);
        private readonly Dictionary<string, SortedList<long, BudgetBalance>> _accounts = new(StringComparer.Ordinal);
        private readonly SortedSet<(DateTimeOffset At, string Id)> _open = [];
        private readonly Queue<string> _resolved = new();
        private readonly HashSet<string> _corrections = new(StringComparer.Ordinal);
        private readonly List<Action> _undo = [];

        public void Begin() => _undo.Clear();

        public void Undo()
        {
            for (int i = _undo.Count - 1; i >= 0; i--)
            {
                _undo[i]();
            }
        }

        public BudgetHold? FindHold(string id) => _holds.GetValueOrDefault(id);

        public void PutHold(BudgetHold hold)
        {
            BudgetHold? before = _holds.GetValueOrDefault(hold.Id);
            Store(before, hold);
            _undo.Add(() => Store(hold, before));
            if (!hold.IsOpen && before is { IsOpen: true })
            {
                _resolved.Enqueue(hold.Id);
                while (_resolved.Count > Remembered)
                {
                    _holds.Remove(_resolved.Dequeue());
                }
            }
        }

        public IReadOnlyList<BudgetHold> FindExpired(DateTimeOffset now, int count) => _open.Count == 0 || _open.Min.At > now
            ? []
            : [.. _open.TakeWhile(o => o.At <= now).Take(count).Select(o => _holds[o.Id])];

        public BudgetBalance Sum(string account, long from)
        {
            BudgetBalance sum = default;
            if (_accounts.TryGetValue(account, out SortedList<long, BudgetBalance>? rows))
            {
                for (int i = rows.Count - 1; i >= 0 && rows.GetKeyAtIndex(i) >= from; i--)
                {
                    BudgetBalance row = rows.GetValueAtIndex(i);
                    sum = sum == default ? row : new(sum.Posted + row.Posted, sum.Held + row.Held);
                }
            }

            return sum;
        }

        public BudgetBalance Add(BudgetEntry entry, BudgetAmounts posted, BudgetAmounts held)
        {
            if (!_accounts.TryGetValue(entry.Account, out SortedList<long, BudgetBalance>? rows))
            {
                _accounts[entry.Account] = rows = [];
            }

            BudgetBalance before = rows.GetValueOrDefault(entry.Bucket);
            BudgetBalance after = new(before.Posted + posted, before.Held + held);
            rows[entry.Bucket] = after;
            _undo.Add(() => rows[entry.Bucket] = before);
            return after;
        }

        public bool TryNoteCorrection(string id)
        {
            if (!_corrections.Add(id))
            {
                return false;
            }

            _undo.Add(() => _corrections.Remove(id));
            return true;
        }

        public void Forget(string account)
        {
            if (_accounts.Remove(account, out SortedList<long, BudgetBalance>? rows))
            {
                _undo.Add(() => _accounts[account] = rows);
            }
        }

        private void Store(BudgetHold? before, BudgetHold? after)
        {
            if (before is { IsOpen: true, IsAllocation: false })
            {
                _open.Remove((before.ExpiresAt, before.Id));
            }

            if (after is null)
            {
                _holds.Remove(before!.Id);
                return;
            }

            _holds[after.Id] = after;
            if (after is { IsOpen: true, IsAllocation: false })
            {
                _open.Add((after.ExpiresAt, after.Id));
            }
        }
    }
}
