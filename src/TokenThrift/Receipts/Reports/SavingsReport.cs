namespace TokenThrift.Receipts;

/// <summary>What many receipts add up to: the figures of the report that people look at. Immutable.</summary>
/// <remarks>
/// Made in one pass over the receipts, in memory that does not grow with their number. Sums are exact: tasks, tenants
/// and days each add up to <see cref="Total"/>, and so do vendors, jurisdictions and models for what was spent. What is
/// an estimate says so where it is written.
/// </remarks>
public sealed record SavingsReport
{
    /// <summary>Gets the heading.</summary>
    public required string Title { get; init; }

    /// <summary>Gets when the first request came in, or <see langword="null"/> without receipts.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Gets when the last request came in, or <see langword="null"/> without receipts.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Gets the sum of all receipts.</summary>
    public required SavingsSummary Total { get; init; }

    /// <summary>Gets the requests that ended without an answer.</summary>
    public long FailedRequests { get; init; }

    /// <summary>Gets cost over time.</summary>
    public required IReadOnlyList<CostPoint> Series { get; init; }

    /// <summary>Gets the sums by task, dearest first.</summary>
    public required IReadOnlyList<ReportGroup> Tasks { get; init; }

    /// <summary>Gets the sums by tenant, dearest first.</summary>
    public required IReadOnlyList<ReportGroup> Tenants { get; init; }

    /// <summary>Gets the sums by day in UTC, oldest first.</summary>
    public required IReadOnlyList<ReportGroup> Days { get; init; }

    /// <summary>Gets what the cache did, by tier and reason.</summary>
    public required IReadOnlyList<CacheOutcome> CacheOutcomes { get; init; }

    /// <summary>Gets what audits of the cache found.</summary>
    public CacheAuditSum CacheAudits { get; init; } = new(0, 0, 0);

    /// <summary>Gets the calls that asked another model to learn what a cheaper one's answers are worth.</summary>
    public long Audits { get; init; }

    /// <summary>Gets the input tokens before compression, of the calls that it touched.</summary>
    public long TokensBeforeCompression { get; init; }

    /// <summary>Gets the input tokens after compression, of the calls that it touched.</summary>
    public long TokensAfterCompression { get; init; }

    /// <summary>Gets which model was asked for and which answered.</summary>
    public required IReadOnlyList<RoutingFlow> Flows { get; init; }

    /// <summary>Gets on whom the application depends.</summary>
    public required ExposureReport Exposure { get; init; }

    /// <summary>Gets what the work would cost elsewhere.</summary>
    public required PriceWatch Prices { get; init; }

    /// <summary>Gets the dearest single receipts.</summary>
    public required IReadOnlyList<ThriftReceipt> Dearest { get; init; }

    /// <summary>Makes a report.</summary>
    /// <param name="receipts">The receipts; read once, one at a time.</param>
    /// <param name="options">What to measure against; <see langword="null"/> for the defaults.</param>
    /// <returns>The report.</returns>
    public static SavingsReport Of(IEnumerable<ThriftReceipt> receipts, SavingsReportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(receipts);
        var builder = new SavingsReportBuilder(options ?? new SavingsReportOptions());
        foreach (ThriftReceipt receipt in receipts)
        {
            builder.Add(receipt);
        }

        return builder.Build();
    }

    /// <summary>Writes the report as one self-contained HTML file without script: light and dark, for a screen, a phone and paper.</summary>
    /// <returns>The HTML.</returns>
    public string ToHtml() => new SavingsReportHtml(this).Write();

    /// <summary>Writes the report as JSON. Money is whole nano-dollars.</summary>
    /// <returns>The JSON.</returns>
    public string ToJson() => SavingsReportJson.Write(this);

    /// <summary>Writes the sums as CSV (RFC 4180). Money is whole nano-dollars.</summary>
    /// <returns>The CSV with a heading.</returns>
    public string ToCsv() => SavingsReportText.Csv(this);

    /// <summary>Writes the report as Markdown.</summary>
    /// <returns>The Markdown.</returns>
    public string ToMarkdown() => SavingsReportText.Markdown(this);
}
