using System.Globalization;
using System.Net;
using TokenThrift.Models;

namespace TokenThrift.Receipts;

/// <summary>How figures are written for people, in the invariant culture.</summary>
internal static class ReportFormat
{
    private const decimal Cent = 0.01m;

    /// <summary>Dollars: two decimals from a dollar up, four from a cent up, else six.</summary>
    public static string Usd(NanoUsd amount)
    {
        decimal usd = Math.Abs(amount.Usd);
        string text = usd.ToString(usd >= 1 || usd == 0 ? "#,##0.00" : usd >= Cent ? "0.0000" : "0.000000", CultureInfo.InvariantCulture);
        return (amount.Value < 0 ? "\u2212$" : "$") + text;
    }

    /// <summary>Dollars with a sign, for what was saved or paid on top.</summary>
    public static string SignedUsd(NanoUsd amount) => amount.Value > 0 ? "+" + Usd(amount) : Usd(amount);

    public static string Count(long count) => count.ToString("#,##0", CultureInfo.InvariantCulture);

    /// <summary>A count in at most four figures, such as <c>12.3M</c>.</summary>
    public static string Short(long count) => count switch
    {
        >= 1_000_000_000 => (count / 1e9).ToString("0.0", CultureInfo.InvariantCulture) + "B",
        >= 1_000_000 => (count / 1e6).ToString("0.0", CultureInfo.InvariantCulture) + "M",
        >= 10_000 => (count / 1e3).ToString("0.0", CultureInfo.InvariantCulture) + "k",
        _ => Count(count),
    };

    /// <summary>A round count on an axis, such as <c>500k</c>.</summary>
    public static string Axis(long count) => count switch
    {
        >= 1_000_000_000 => (count / 1e9).ToString("0.##", CultureInfo.InvariantCulture) + "B",
        >= 1_000_000 => (count / 1e6).ToString("0.##", CultureInfo.InvariantCulture) + "M",
        >= 1000 => (count / 1e3).ToString("0.##", CultureInfo.InvariantCulture) + "k",
        _ => Count(count),
    };

    public static string Percent(double share) => share.ToString(share is > 0 and < 0.001 ? "0.00 %" : "0.0 %", CultureInfo.InvariantCulture);

    public static double Share(NanoUsd part, NanoUsd whole) => whole.Value == 0 ? 0 : (double)part.Value / whole.Value;

    public static double Share(long part, long whole) => whole == 0 ? 0 : (double)part / whole;

    /// <summary>A price per token in dollars per million tokens.</summary>
    public static string PerMillion(long picoPerToken) => "$" + (picoPerToken / 1_000_000m).ToString("0.00##", CultureInfo.InvariantCulture);

    public static string Time(DateTimeOffset? at) => at?.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "never";

    public static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    public static string Html(string? text) => WebUtility.HtmlEncode(text ?? string.Empty);
}
