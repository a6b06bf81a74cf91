using TokenThrift.Requests;

namespace TokenThrift.Receipts;

/// <summary>The running sum of a task's receipts, those of the tasks inside it included. Safe for concurrent use.</summary>
public sealed class TaskSavings
{
    private readonly SavingsAccumulator _sum = new();

    /// <summary>Gets the sum so far.</summary>
    public SavingsSummary Summary => _sum.Snapshot();

    /// <summary>Gets the savings of a task.</summary>
    /// <param name="task">The task.</param>
    /// <returns>The sum, empty where nothing has been asked yet.</returns>
    public static TaskSavings Of(TaskNode task)
    {
        ArgumentNullException.ThrowIfNull(task);
        return task.GetOrAdd(static () => new TaskSavings());
    }

    internal void Add(ThriftReceipt receipt) => _sum.Add(receipt);
}
