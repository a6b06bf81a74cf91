using TokenThrift.Receipts;

namespace TokenThrift.Samples.MonthEndClose.Columns;

/// <summary>The same close, done in several ways; against a real endpoint only in two.</summary>
internal sealed record Comparison(int Seed)
{
    public required ColumnResult StrongOnly { get; init; }

    /// <summary>Gets the cheapest model that passes alone whatever the strongest passes.</summary>
    public ColumnResult? CheapestSinglePassing { get; init; }

    /// <summary>Gets for each task the cheapest model that passes it, which nobody knows beforehand.</summary>
    public ColumnResult? HindsightBestPerTask { get; init; }

    /// <summary>Gets the close at the strongest model, with compression and cache.</summary>
    public ColumnResult? CompressionAndCache { get; init; }

    /// <summary>Gets the close with all of TokenThrift.</summary>
    public required ColumnResult Thrifty { get; init; }

    /// <summary>Gets the report on the receipts of <see cref="Thrifty"/>.</summary>
    public required SavingsReport Report { get; init; }

    /// <summary>Gets the sum of the receipts of <see cref="Thrifty"/>.</summary>
    public SavingsSummary Receipts => Report.Total;

    /// <summary>Gets what became of the task that was given too little.</summary>
    public StarvedTaskResult? Starved { get; init; }

    public double Seconds { get; init; }

    public IEnumerable<(string Key, string Title, ColumnResult Result)> Columns =>
        from column in new (string Key, string Title, ColumnResult? Result)[]
        {
            ("strongOnly", "strongest model only", StrongOnly),
            ("cheapestSinglePassing", "cheapest single model that passes", CheapestSinglePassing),
            ("hindsightBestPerTask", "best model per task, in hindsight", HindsightBestPerTask),
            ("compressionAndCache", "compression and cache, strongest", CompressionAndCache),
            ("tokenthrift", "all of TokenThrift", Thrifty),
        }
        where column.Result is not null
        select (column.Key, column.Title, column.Result);

    /// <summary>Gets the tasks that pass at the strongest model, but not with compression and cache or not with all of TokenThrift.</summary>
    public IReadOnlyList<TaskResult> Lost => [.. LostIn(CompressionAndCache), .. LostIn(Thrifty)];

    /// <summary>Gets what the provider billed above the limits of the tasks.</summary>
    public decimal OverspendUsd => Thrifty.Tasks.Concat(Starved is null ? [] : [Starved.Task]).Sum(x => Math.Max(0, x.Bill.Usd - x.LimitUsd));

    private IEnumerable<TaskResult> LostIn(ColumnResult? column) => column is null ? [] : column.Tasks.Zip(StrongOnly.Tasks).Where(x => x.Second.Passed && !x.First.Passed).Select(x => x.First);
}
