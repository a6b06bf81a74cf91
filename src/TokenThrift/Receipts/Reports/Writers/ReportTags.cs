using System.Globalization;
using TokenThrift.Models;

namespace TokenThrift.Receipts;

/// <summary>Small pieces of HTML. A figure carries its path in the report's JSON and its exact value.</summary>
internal static class ReportTags
{
    public static string Money(string path, NanoUsd amount, ReportMoney money) => Figure(path, amount.Value, ReportFormat.Html(money.Of(amount)));

    /// <summary>What a saving does to the bill: a saving is taken off, a loss comes on top.</summary>
    public static string Saving(string path, NanoUsd amount, ReportMoney money) => Figure(path, amount.Value, ReportFormat.Html(money.Signed(-amount)));

    public static string Count(string path, long count) => Figure(path, count, ReportFormat.Count(count));

    /// <summary>A bar for a share; one that is above the whole is full and marked.</summary>
    public static string Bar(double share) => string.Create(
        CultureInfo.InvariantCulture,
        $"<span class=\"bar\" title=\"{ReportFormat.Percent(share)}\"><i class=\"{(share > 1 ? "loss" : "gain")}\" style=\"width:{Math.Clamp(share, 0, 1) * 100:0.##}%\"></i></span><span class=\"pct\">{ReportFormat.Percent(share)}</span>");

    private static string Figure(string path, long value, string text) =>
        string.Create(CultureInfo.InvariantCulture, $"<span data-figure=\"{path}\" data-value=\"{value}\">{text}</span>");
}
