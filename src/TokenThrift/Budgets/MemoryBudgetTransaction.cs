namespace TokenThrift.Budgets;

/// <summary>The rows of a <see cref="MemoryBudgetStore"/>, with what is needed to take back a step that failed.</summary>
internal sealed class MemoryBudgetTransaction : IBudgetTransaction
{
    private const int MostRows = 1000;
    private readonly Dictionary<string, BudgetHold> _holds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedList<long, BudgetBalance>> _accounts = new(StringComparer.Ordinal);
    private readonly SortedSet<(long At, string Id)> _open = new(Comparer<(long At, string Id)>.Create(static (a, b) => a.At != b.At ? a.At.CompareTo(b.At) : string.CompareOrdinal(a.Id, b.Id)));
    private readonly Queue<string> _resolved = new();
    private readonly Queue<string> _corrected = new();
    private readonly Queue<string> _forgotten = new();
    private readonly HashSet<string> _corrections = new(StringComparer.Ordinal);
    private readonly List<Change> _changes = [];

    public void Begin() => _changes.Clear();

    public void Commit()
    {
        while (_resolved.Count > MemoryBudgetStore.Remembered)
        {
            // One whose resolution was taken back is open again, and comes by here once more when it ends.
            string id = _resolved.Dequeue();
            if (_holds.TryGetValue(id, out BudgetHold? hold) && !hold.IsOpen)
            {
                _holds.Remove(id);
            }
        }

        while (_corrected.Count > MemoryBudgetStore.Remembered)
        {
            _corrections.Remove(_corrected.Dequeue());
        }

        while (_forgotten.Count > MemoryBudgetStore.Remembered)
        {
            // A task that ended while a sub-task went on may hold something again.
            string account = _forgotten.Dequeue();
            if (_accounts.TryGetValue(account, out SortedList<long, BudgetBalance>? rows) && rows.Values.All(r => r.Held == default))
            {
                _accounts.Remove(account);
            }
        }
    }

    public void Undo()
    {
        for (int i = _changes.Count - 1; i >= 0; i--)
        {
            Change change = _changes[i];
            if (change.Rows is { } rows)
            {
                rows[change.Bucket] = change.Balance;
            }
            else if (change.After is { } after)
            {
                Store(after, change.Before);
            }
            else
            {
                _corrections.Remove(change.Correction!);
            }
        }
    }

    public BudgetHold? FindHold(string id) => _holds.GetValueOrDefault(id);

    public void PutHold(BudgetHold hold)
    {
        BudgetHold? before = _holds.GetValueOrDefault(hold.Id);
        Store(before, hold);
        _changes.Add(new Change { After = hold, Before = before });
        if (!hold.IsOpen && before is { IsOpen: true })
        {
            _resolved.Enqueue(hold.Id);
        }
    }

    public IReadOnlyList<BudgetHold> FindExpired(DateTimeOffset now, int count) => _open.Count == 0 || _open.Min.At > now.UtcTicks
        ? []
        : [.. _open.TakeWhile(o => o.At <= now.UtcTicks).Take(count).Select(o => _holds[o.Id])];

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
        _changes.Add(new Change { Rows = rows, Bucket = entry.Bucket, Balance = before });
        if (rows.Count > MostRows && rows.GetValueAtIndex(0).Held == default)
        {
            // Long past: no window has more than some sixty parts.
            rows.RemoveAt(0);
        }

        return after;
    }

    public bool TryNoteCorrection(string id)
    {
        if (!_corrections.Add(id))
        {
            return false;
        }

        _corrected.Enqueue(id);
        _changes.Add(new Change { Correction = id });
        return true;
    }

    public void Forget(string account) => _forgotten.Enqueue(account);

    private void Store(BudgetHold? before, BudgetHold? after)
    {
        long? from = RunsOutAt(before);
        long? to = RunsOutAt(after);
        if (from != to)
        {
            _ = from is { } then && _open.Remove((then, before!.Id));
            _ = to is { } now && _open.Add((now, after!.Id));
        }

        if (after is null)
        {
            _holds.Remove(before!.Id);
        }
        else
        {
            _holds[after.Id] = after;
        }
    }

    private static long? RunsOutAt(BudgetHold? hold) => hold is { IsOpen: true } ? hold.ExpiresAt.UtcTicks : null;

    /// <summary>What one write replaced: a row, a hold or a correction.</summary>
    private readonly struct Change
    {
        public SortedList<long, BudgetBalance>? Rows { get; init; }

        public long Bucket { get; init; }

        public BudgetBalance Balance { get; init; }

        public BudgetHold? After { get; init; }

        public BudgetHold? Before { get; init; }

        public string? Correction { get; init; }
    }
}
