using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.Requests;

namespace TokenThrift.Budgets;

/// <summary>The budget of one task as it hangs on its node: limits and running tally. Safe for concurrent use.</summary>
internal sealed class TaskBudget(string name)
{
    private readonly Lock _lock = new();
    private IReadOnlyList<Limit> _limits = [];
    private BudgetAmounts _spent;
    private BudgetAmounts _held;
    private long _refused;
    private long _estimated;
    private long _unpriced;
    private BudgetAmounts _overrun;

    public string? Allocation { get; set; }

    /// <summary>Gets a value indicating whether no call of the task is under way.</summary>
    public bool HoldsNothing
    {
        get
        {
            lock (_lock)
            {
                return _held == default;
            }
        }
    }

    public double FinalReserve { get; set; }

    /// <summary>Gets a value indicating whether the task has limits and nothing has drawn on it.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_lock)
            {
                return _limits.Count > 0 && _refused == 0 && _spent == default && _held == default;
            }
        }
    }

    public IReadOnlyList<Limit> Limits
    {
        get => Volatile.Read(ref _limits);
        set => Volatile.Write(ref _limits, value);
    }

    public static TaskBudget Of(TaskNode node) => node.GetOrAdd(() => new TaskBudget(node.Name));

    /// <summary>Hangs the caps on the task where receipts find them.</summary>
    public static void ShowCap(TaskNode node, IEnumerable<Limit> limits)
    {
        long? usd = null;
        long? tokens = null;
        foreach (Limit limit in limits)
        {
            usd = limit.Meter == BudgetMeter.Usd ? Math.Min(usd ?? long.MaxValue, limit.Amount) : usd;
            tokens = limit.Meter == BudgetMeter.Tokens ? Math.Min(tokens ?? long.MaxValue, limit.Amount) : tokens;
        }

        if (usd is not null || tokens is not null)
        {
            node.Set(new TaskCap(usd is { } amount ? new NanoUsd(amount) : null, tokens));
        }
    }

    /// <summary>Returns the limits that bind a call: all of them for a final call, less the reserve for the others.</summary>
    public IReadOnlyList<Limit> LimitsFor(bool isFinal)
    {
        IReadOnlyList<Limit> limits = Limits;
        if (isFinal || FinalReserve <= 0)
        {
            return limits;
        }

        var kept = (decimal)FinalReserve;
        return [.. limits.Select(l => l.With(l.Amount - (long)decimal.Ceiling(l.Amount * kept)))];
    }

    /// <summary>Returns how the limits that bind a call stand by this process's own tally.</summary>
    public IReadOnlyList<BudgetState> StatesFor(TaskNode node, bool isFinal)
    {
        IReadOnlyList<Limit> limits = LimitsFor(isFinal);
        var scope = new BudgetScope(BudgetScopeKind.Task, node.Id);
        lock (_lock)
        {
            return [.. limits.Select(l => new BudgetState(scope, l, _spent[l.Meter], _held[l.Meter], null))];
        }
    }

    public void Hold(BudgetAmounts amounts)
    {
        lock (_lock)
        {
            _held += amounts;
        }
    }

    public void Release(BudgetAmounts held, BudgetAmounts charged, bool isEstimate, bool isUnpriced)
    {
        lock (_lock)
        {
            _held -= held;
            _spent += charged;
            _overrun += BudgetAmounts.Larger(charged - held, default);
            _estimated += isEstimate ? 1 : 0;
            _unpriced += isUnpriced ? 1 : 0;
        }
    }

    public void Refuse()
    {
        lock (_lock)
        {
            _refused++;
        }
    }

    public BudgetSummary Summarize(BudgetScope scope)
    {
        lock (_lock)
        {
            IReadOnlyList<Limit> limits = Limits;
            long? left = null;
            foreach (Limit limit in limits)
            {
                long used = _spent[limit.Meter];
                if (_spent.Calls > 0 && used > 0)
                {
                    long calls = (long)((Int128)Math.Max(0, limit.Amount - used - _held[limit.Meter]) * _spent.Calls / used);
                    left = Math.Min(left ?? long.MaxValue, calls);
                }
            }

            return new BudgetSummary
            {
                Name = name,
                Spent = _spent,
                Held = _held,
                Limits = [.. limits.Select(l => new BudgetState(scope, l, _spent[l.Meter], _held[l.Meter], null))],
                Refused = _refused,
                Estimated = _estimated,
                Unpriced = _unpriced,
                Overrun = _overrun.Usd,
                CallsLeft = left,
            };
        }
    }
}
