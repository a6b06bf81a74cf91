namespace TokenThrift.Samples.MonthEndClose.Columns;

/// <summary>The same close, done in several ways.</summary>
internal sealed record Comparison(int Seed)
{
    public required ColumnResult StrongOnly { get; init; }

    /// <summary>Gets the cheapest model that passes alone whatever the strongest passes.</summary>
    public required ColumnResult CheapestSinglePassing { get; init; }

    /// <summary>Gets for each task the cheapest model that passes it, which nobody knows beforehand.</summary>
    public required ColumnResult HindsightBestPerTask { get; init; }

    public double Seconds { get; init; }

    public IReadOnlyList<(string Key, string Title, ColumnResult Result)> Columns =>
    [
        ("strongOnly", "strongest model only", StrongOnly),
        ("cheapestSinglePassing", "cheapest single model that passes", CheapestSinglePassing),
        ("hindsightBestPerTask", "best model per task, in hindsight", HindsightBestPerTask),
    ];
}
