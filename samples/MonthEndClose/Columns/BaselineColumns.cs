namespace TokenThrift.Samples.MonthEndClose.Columns;

/// <summary>What can be had without TokenThrift, from a run of each model alone.</summary>
internal static class BaselineColumns
{
    /// <summary>Finds the cheapest model that passes alone every task that the strongest passes.</summary>
    public static ColumnResult CheapestSinglePassing(ColumnResult strongest, IEnumerable<ColumnResult> all) =>
        all.Where(column => column.Tasks.Zip(strongest.Tasks).All(x => x.First.Passed || !x.Second.Passed)).MinBy(x => x.Totals.Usd) ?? strongest;

    /// <summary>Takes for each task the cheapest model that passed it; where none did, the strongest.</summary>
    public static ColumnResult HindsightBestPerTask(ColumnResult strongest, IReadOnlyList<ColumnResult> all) => new(
        "hindsight",
        [.. strongest.Tasks.Select((task, at) => all.Select(column => column.Tasks[at]).Where(x => x.Passed).MinBy(x => x.Bill.Usd) ?? task)]);
}
