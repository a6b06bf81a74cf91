using System.Globalization;
using System.Text;

namespace TokenThrift.Receipts;

/// <summary>Writes a report as CSV and as Markdown.</summary>
internal static class SavingsReportText
{
    /// <summary>One row for each group of each kind; the rows of one kind add up to the row <c>total</c>.</summary>
    public static string Csv(SavingsReport report)
    {
        var text = new StringBuilder("kind,name,requests,calls,cache_hits,input_tokens,cached_input_tokens,output_tokens,baseline_nusd,spent_nusd,saved_nusd,cache_nusd,compression_nusd,routing_nusd,provider_cache_nusd,overhead_nusd,estimated_calls,unpriced_requests\r\n");
        Row(text, "total", string.Empty, report.Total);
        foreach ((string kind, IReadOnlyList<ReportGroup> groups) in new[] { ("task", report.Tasks), ("tenant", report.Tenants), ("day", report.Days) })
        {
            foreach (ReportGroup group in groups)
            {
                Row(text, kind, group.Name, group.Sum);
            }
        }

        foreach (ExposureAxis axis in report.Exposure.Axes)
        {
            foreach (ExposureShare share in axis.Shares)
            {
                text.Append(CultureInfo.InvariantCulture, $"{axis.Name},{Cell(share.Name)},,{share.Sum.Calls},,{share.Sum.Usage.Input},{share.Sum.Usage.CachedInput},{share.Sum.Usage.Output},,{share.Sum.Spent.Value},,,,,,,{share.Sum.EstimatedCalls},\r\n");
            }
        }

        return text.ToString();
    }

    public static string Markdown(SavingsReport report)
    {
        var text = new StringBuilder();
        SavingsSummary total = report.Total;
        text.Append(CultureInfo.InvariantCulture, $"# {report.Title}\n\n{ReportFormat.Time(report.From)} to {ReportFormat.Time(report.To)} UTC, {ReportFormat.Count(total.Requests)} requests, {ReportFormat.Count(total.Calls)} calls, {ReportFormat.Count(total.CacheHits)} cache hits.\n\n");
        text.Append(CultureInfo.InvariantCulture, $"**Saved {ReportFormat.Usd(total.Savings.Total)}** ({ReportFormat.Percent(ReportFormat.Share(total.Savings.Total, total.Baseline))}): spent {ReportFormat.Usd(total.Spent)} where {ReportFormat.Usd(total.Baseline)} would have been spent (estimated).\n\n| lever | saved |\n|---|---:|\n");
        foreach ((string lever, Models.NanoUsd amount) in Levers(total.Savings))
        {
            text.Append(CultureInfo.InvariantCulture, $"| {lever} | {ReportFormat.SignedUsd(amount)} |\n");
        }

        Groups(text, "Tasks", report.Tasks);
        Groups(text, "Tenants", report.Tenants);
        text.Append("\n## Exposure\n\n| axis | name | calls | tokens | spent | share of spend |\n|---|---|---:|---:|---:|---:|\n");
        foreach (ExposureAxis axis in report.Exposure.Axes)
        {
            foreach (ExposureShare share in axis.Shares)
            {
                text.Append(CultureInfo.InvariantCulture, $"| {axis.Name} | {Escape(share.Name)} | {ReportFormat.Count(share.Sum.Calls)} | {ReportFormat.Count(share.Sum.Tokens)} | {ReportFormat.Usd(share.Sum.Spent)} | {ReportFormat.Percent(share.SpendShare)} |\n");
            }
        }

        text.Append("\n| drill (estimated) | calls affected | nobody could serve | cost | instead of |\n|---|---:|---:|---:|---:|\n");
        foreach (ExposureDrill drill in report.Exposure.Drills)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {Escape(drill.Name)} | {ReportFormat.Count(drill.CallsAffected)} | {ReportFormat.Count(drill.CallsUnserved)} | {ReportFormat.Usd(drill.Cost)} | {ReportFormat.Usd(drill.Spent)} |\n");
        }

        foreach (string warning in report.Prices.Warnings)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n- {warning}");
        }

        return text.Append('\n').ToString();
    }

    public static IEnumerable<(string Lever, Models.NanoUsd Amount)> Levers(SavingsByLever savings) =>
    [
        ("cache", savings.Cache),
        ("compression", savings.Compression),
        ("routing", savings.Routing),
        ("provider cache", savings.ProviderCache),
        ("overhead", savings.Overhead),
    ];

    private static void Groups(StringBuilder text, string heading, IReadOnlyList<ReportGroup> groups)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n## {heading}\n\n| name | requests | spent | cap | saved |\n|---|---:|---:|---:|---:|\n");
        foreach (ReportGroup group in groups)
        {
            string cap = group.Cap?.Usd is { } usd ? ReportFormat.Usd(usd) : string.Empty;
            text.Append(CultureInfo.InvariantCulture, $"| {Escape(group.Name)} | {ReportFormat.Count(group.Sum.Requests)} | {ReportFormat.Usd(group.Sum.Spent)} | {cap} | {ReportFormat.Usd(group.Sum.Savings.Total)} |\n");
        }
    }

    private static void Row(StringBuilder text, string kind, string name, SavingsSummary sum) =>
        text.Append(CultureInfo.InvariantCulture, $"{kind},{Cell(name)},{sum.Requests},{sum.Calls},{sum.CacheHits},{sum.Usage.Input},{sum.Usage.CachedInput},{sum.Usage.Output},{sum.Baseline.Value},{sum.Spent.Value},{sum.Savings.Total.Value},{sum.Savings.Cache.Value},{sum.Savings.Compression.Value},{sum.Savings.Routing.Value},{sum.Savings.ProviderCache.Value},{sum.Savings.Overhead.Value},{sum.EstimatedCalls},{sum.UnpricedRequests}\r\n");

    // RFC 4180; a leading formula character is defused, because spreadsheets run it.
    private static string Cell(string value)
    {
        string safe = value.Length > 0 && "=+-@\t\r".Contains(value[0], StringComparison.Ordinal) ? "'" + value : value;
        return safe.AsSpan().IndexOfAny(",\"\r\n") >= 0 ? "\"" + safe.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"" : safe;
    }

    private static string Escape(string value) => value.Replace("|", "\\|", StringComparison.Ordinal).Replace("\n", " ", StringComparison.Ordinal);
}
