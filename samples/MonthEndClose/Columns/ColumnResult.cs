using TokenThrift.Samples.MonthEndClose.Simulation;

namespace TokenThrift.Samples.MonthEndClose.Columns;

/// <summary>What the whole close came to, done in one way.</summary>
internal sealed record ColumnResult(string Name, IReadOnlyList<TaskResult> Tasks)
{
    public BillTotals Totals => Tasks.Aggregate(default(BillTotals), (sum, task) => sum + task.Bill);

    public int TasksPassed => Tasks.Count(x => x.Passed);
}
