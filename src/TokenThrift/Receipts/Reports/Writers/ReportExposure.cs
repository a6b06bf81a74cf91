using System.Globalization;
using System.Text;

namespace TokenThrift.Receipts;

/// <summary>The parts of the page that tell on whom the application depends, and the receipts behind it.</summary>
internal sealed class ReportExposure(SavingsReport report, StringBuilder html)
{
    // The guidelines of the US Department of Justice (2023) call a market above 1,800 highly concentrated.
    private const double High = 1800;

    public void Write()
    {
        if (report.Total.Calls > 0)
        {
            html.Append(CultureInfo.InvariantCulture, $"<section id=\"exposure\">\n<h2>Whose tokens you depend on</h2>\n<p class=\"note\">Concentration is the Herfindahl-Hirschman index of spending, from near 0 to 10,000 (one alone); above {High:#,##0} counts as high.</p>\n<div class=\"axes\">\n");
            foreach (ExposureAxis axis in report.Exposure.Axes)
            {
                Axis(axis);
            }

            html.Append("</div>\n");
            Trend();
            Substitutes();
            Drills();
            html.Append(CultureInfo.InvariantCulture, $"<p>Policy kept {ReportFormat.Count(report.Exposure.ViolationsPrevented)} calls or legs from being used.</p>\n</section>\n");
            new ReportPrices(report.Prices, html).Write();
        }

        Receipts();
    }

    private void Axis(ExposureAxis axis)
    {
        html.Append(CultureInfo.InvariantCulture, $"<div><h3>By {axis.Name}</h3><p class=\"note\">Concentration {axis.SpendConcentration:#,##0}{(axis.SpendConcentration > High ? " (high)" : string.Empty)}; unknown for {ReportFormat.Percent(axis.UnknownTokenShare)} of tokens</p><table><thead><tr><th>{char.ToUpperInvariant(axis.Name[0]) + axis.Name[1..]}</th><th class=\"n\">Spent</th><th>Share of spend</th><th class=\"n\">Tokens</th></tr></thead><tbody>\n");
        ReportMoney spent = ReportMoney.For(axis.Shares.Select(share => share.Sum.Spent));
        foreach (ExposureShare share in axis.Shares.Take(10))
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr><th scope=\"row\">{ReportFormat.Html(share.Name)}</th><td class=\"n\">{ReportFormat.Html(spent.Of(share.Sum.Spent))}</td><td>{ReportTags.Bar(share.SpendShare)}</td><td class=\"n\">{ReportFormat.Short(share.Sum.Tokens)}</td></tr>\n");
        }

        html.Append("</tbody></table></div>\n");
    }

    private void Trend()
    {
        if (report.Exposure.Trend.Count > 1)
        {
            DateTimeOffset[] times = [.. report.Exposure.Trend.Select(point => new DateTimeOffset(point.Day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero))];
            html.Append(LineChart.Draw("trend", "Vendor concentration by day (0 to 10,000)", "Higher means that fewer vendors take more of the money.", times, "index", [("concentration", "with", [.. report.Exposure.Trend.Select(point => point.VendorConcentration)])]));
        }
    }

    private void Substitutes()
    {
        html.Append("<h3>What could have served instead</h3>\n<p class=\"note\">Estimated from capabilities, window and judged answers. Looked for among: ");
        html.Append(report.Exposure.Alternatives.Count == 0 ? "no model of the catalogue" : ReportFormat.Html(string.Join(", ", report.Exposure.Alternatives)));
        html.Append(".</p>\n<div class=\"scroll\"><table><thead><tr><th>Vendor</th><th class=\"n\">Calls</th><th>Proven alternative</th><th>Any alternative</th><th class=\"n\">Those cost</th><th class=\"n\">There</th></tr></thead><tbody>\n");
        ReportMoney money = ReportMoney.For(report.Exposure.Substitutes.SelectMany(row => new[] { row.Spent, row.AtAlternatives }));
        foreach (Substitutability row in report.Exposure.Substitutes)
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr><th scope=\"row\">{ReportFormat.Html(row.Vendor)}</th><td class=\"n\">{ReportFormat.Count(row.Calls)}</td><td>{ReportTags.Bar(row.ProvenShare)}</td><td>{ReportTags.Bar(row.AbleShare)}</td><td class=\"n\">{ReportFormat.Html(money.Of(row.Spent))}</td><td class=\"n\">{ReportFormat.Html(money.Of(row.AtAlternatives))}</td></tr>\n");
        }

        html.Append("</tbody></table></div>\n");
    }

    private void Drills()
    {
        html.Append("<h3>Drills</h3>\n<div class=\"scroll\"><table><thead><tr><th>If</th><th class=\"n\">Calls affected</th><th class=\"n\">Nobody could serve</th><th class=\"n\">Only unproven</th><th class=\"n\">Cost</th><th class=\"n\">Change</th></tr></thead><tbody>\n");
        ReportMoney money = ReportMoney.For(report.Exposure.Drills.Select(drill => drill.Cost));
        foreach (ExposureDrill drill in report.Exposure.Drills)
        {
            Models.NanoUsd change = drill.Cost - (drill.Spent - drill.UnservedSpent);
            html.Append(CultureInfo.InvariantCulture, $"<tr><th scope=\"row\">{ReportFormat.Html(drill.Name)}</th><td class=\"n\">{ReportFormat.Count(drill.CallsAffected)}</td><td class=\"n\">{ReportFormat.Count(drill.CallsUnserved)}</td><td class=\"n\">{ReportFormat.Count(drill.CallsUnproven)}</td><td class=\"n\">{ReportFormat.Html(money.Of(drill.Cost))}</td><td class=\"n\">{ReportFormat.Html(money.Signed(change))}</td></tr>\n");
        }

        html.Append("</tbody></table></div>\n<p class=\"note\">Cost leaves out what nobody could serve; the change compares with what the calls that could be served did cost.</p>\n");
    }

    private void Receipts()
    {
        if (report.Dearest.Count == 0)
        {
            return;
        }

        html.Append(CultureInfo.InvariantCulture, $"<section id=\"receipts\">\n<h2>Receipts</h2>\n<p class=\"note\">Every figure above is a sum of receipts. The dearest {ReportFormat.Count(report.Dearest.Count)} of {ReportFormat.Count(report.Total.Requests)} are here; the receipts' own file or database has them all, by these ids.</p>\n<details><summary>Show them</summary><div class=\"scroll\"><table><thead><tr><th>Receipt</th><th>When (UTC)</th><th>Task</th><th>Calls</th><th class=\"n\">As sent</th><th class=\"n\">Spent</th></tr></thead><tbody>\n");
        ReportMoney money = ReportMoney.For(report.Dearest.SelectMany(receipt => new[] { receipt.Baseline, receipt.Spent }).OfType<Models.NanoUsd>());
        foreach (ThriftReceipt receipt in report.Dearest)
        {
            string calls = string.Join("; ", receipt.Calls.Select(call => $"{call.Model?.Id ?? call.ModelId} {TagNames.Of(call.Outcome)}{(call.Purpose == Requests.CallPurpose.Answer ? string.Empty : " " + TagNames.Of(call.Purpose))}{(call.IsEstimated ? " (counted)" : string.Empty)}"));
            string cache = receipt.Cache is { Tier: not CacheTier.None } hit ? TagNames.Of(hit.Tier) + " hit" : string.Empty;
            html.Append(CultureInfo.InvariantCulture, $"<tr><th scope=\"row\"><code>{ReportFormat.Html(receipt.Id)}</code></th><td>{ReportFormat.Time(receipt.StartedAt)}</td><td>{ReportFormat.Html(TaskNames.Of(receipt))}</td><td>{ReportFormat.Html(cache.Length > 0 ? cache : calls)}</td><td class=\"n\">{(receipt.Baseline is { } baseline ? ReportFormat.Html(money.Of(baseline)) : "unknown")}</td><td class=\"n\">{(receipt.Spent is { } spent ? ReportFormat.Html(money.Of(spent)) : "unknown")}</td></tr>\n");
        }

        html.Append("</tbody></table></div></details></section>\n");
    }
}
