using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.Requests;

namespace TokenThrift.Budgets;

/// <summary>An open task with a budget; disposing it ends the task.</summary>
/// <remarks>
/// Every call that is made while it is ambient draws on it and on the tasks around it. Where the ambient task does not
/// flow (see <see cref="AmbientTask"/>), name it with <see cref="RequestSettings.Task"/> and <see cref="Id"/>. Safe for concurrent use.
/// </remarks>
public sealed class BudgetTask : IDisposable
{
    private readonly AmbientTaskScope _ambient;
    private readonly TaskBudget _budget;
    private Action? _ended;

    internal BudgetTask(AmbientTaskScope ambient, Action ended)
    {
        _ambient = ambient;
        _budget = TaskBudget.Of(ambient.Task);
        _ended = ended;
        Scope = new BudgetScope(BudgetScopeKind.Task, ambient.Task.Id);
    }

    /// <summary>Gets the id of the task, for <see cref="RequestSettings.Task"/>.</summary>
    public string Id => _ambient.Task.Id;

    /// <summary>Gets the name of the task.</summary>
    public string Name => _ambient.Task.Name;

    /// <summary>Gets the scope of the task in the ledger.</summary>
    public BudgetScope Scope { get; }

    /// <summary>Gets how the task stands, or how it ended.</summary>
    public BudgetSummary Summary => _budget.Summarize(Scope) with { Savings = _ambient.Task.Get<TaskSavings>()?.Summary };

    /// <summary>Gets the money that is spent so far, sub-tasks included.</summary>
    public NanoUsd Spent => Summary.SpentUsd;

    /// <summary>Returns what is left for new calls in one meter.</summary>
    /// <param name="meter">The meter.</param>
    /// <returns>The amount in the meter's unit, at least zero; <see langword="null"/> when the task has no limit there.</returns>
    public long? Left(BudgetMeter meter)
    {
        long? left = null;
        foreach (BudgetState state in Summary.Limits.Where(s => s.Limit.Meter == meter))
        {
            left = Math.Min(left ?? long.MaxValue, Math.Max(0, state.Left));
        }

        return left;
    }

    /// <summary>Replaces the task's limits, for instance after a person allowed more.</summary>
    /// <param name="limits">The new limits.</param>
    public void SetLimits(params Limit[] limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        _budget.Limits = [.. limits];
        TaskBudget.ShowCap(_ambient.Task, limits);
    }

    /// <summary>Ends the task. Calls under way still settle on it. Further calls of this method do nothing.</summary>
    public void Dispose()
    {
        _ambient.Dispose();
        Interlocked.Exchange(ref _ended, null)?.Invoke();
    }
}
