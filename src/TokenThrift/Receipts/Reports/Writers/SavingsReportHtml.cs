using System.Globalization;
using System.Text;
using TokenThrift.Models;

namespace TokenThrift.Receipts;

/// <summary>Writes a report as one HTML file: no script, no network; light and dark; for a screen, a phone and paper.</summary>
internal sealed class SavingsReportHtml(SavingsReport report)
{
    private readonly StringBuilder _html = new(64 * 1024);
    private readonly ReportMoney _money = ReportMoney.For([report.Total.Baseline, report.Total.Spent, report.Total.Savings.Total]);

    public string Write()
    {
        _html.Append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n<link rel=\"icon\" href=\"data:,\">\n");
        _html.Append(CultureInfo.InvariantCulture, $"<title>{ReportFormat.Html(report.Title)}</title>\n<style>{ReportStyle.Css}</style>\n</head>\n<body>\n<main>\n");
        Head();
        Section("waterfall", "Where the saving comes from", "Each lever takes from what the requests would have cost as they were sent. All but the last amount are estimates.", Waterfall);
        Section("series", "Cost over time", "Cumulative, with and without TokenThrift.", Series);
        Section("tasks", "Tasks", null, () => Groups(report.Tasks, "Task", report.Tasks.Any(group => group.Cap?.Usd is not null)));
        if (report.Tenants.Count > 1)
        {
            Section("tenants", "Tenants", null, () => Groups(report.Tenants, "Tenant", hasCaps: false));
        }

        new ReportTraffic(report, _html).Write();
        new ReportExposure(report, _html).Write();
        Foot();
        return _html.Append("</main>\n</body>\n</html>\n").ToString();
    }

    private void Section(string id, string heading, string? note, Action body)
    {
        _html.Append(CultureInfo.InvariantCulture, $"<section id=\"{id}\">\n<h2>{ReportFormat.Html(heading)}</h2>\n");
        if (note is not null)
        {
            _html.Append(CultureInfo.InvariantCulture, $"<p class=\"note\">{ReportFormat.Html(note)}</p>\n");
        }

        body();
        _html.Append("</section>\n");
    }

    private void Head()
    {
        SavingsSummary total = report.Total;
        double share = ReportFormat.Share(total.Savings.Total, total.Baseline);
        _html.Append(CultureInfo.InvariantCulture, $"<header>\n<p class=\"kicker\">TokenThrift</p>\n<h1>{ReportFormat.Html(report.Title)}</h1>\n<p class=\"note\">{ReportFormat.Time(report.From)} to {ReportFormat.Time(report.To)} UTC</p>\n</header>\n");
        string verb = total.Savings.Total.Value < 0 ? "More spent" : "Saved";
        _html.Append(CultureInfo.InvariantCulture, $"<div class=\"hero\"><div><p class=\"label\">{verb}</p><p class=\"big\">{ReportTags.Money("total.saved", total.Savings.Total, _money)} <span class=\"share\">{ReportFormat.Percent(share)}</span></p></div>");
        _html.Append(CultureInfo.InvariantCulture, $"<p class=\"sum\">{ReportTags.Money("total.spent", total.Spent, _money)} was spent where {ReportTags.Money("total.baseline", total.Baseline, _money)} would have been <span class=\"est\">(estimated)</span>.</p></div>\n<dl class=\"tiles\">");
        Tile("Requests", ReportTags.Count("total.requests", total.Requests), report.FailedRequests == 0 ? "all answered" : $"{ReportFormat.Count(report.FailedRequests)} without an answer");
        Tile("Calls to providers", ReportTags.Count("total.calls", total.Calls), total.EstimatedCalls == 0 ? "all usage reported" : $"{ReportFormat.Count(total.EstimatedCalls)} counted, not reported");
        Tile("Cache hits", ReportTags.Count("total.cacheHits", total.CacheHits), ReportFormat.Percent(ReportFormat.Share(total.CacheHits, total.Requests)) + " of requests");
        Tile("Input tokens", $"<span title=\"{ReportFormat.Count(total.Usage.Input)}\">{ReportFormat.Short(total.Usage.Input)}</span>", ReportFormat.Percent(ReportFormat.Share(total.Usage.CachedInput, total.Usage.Input)) + " read from provider cache");
        Tile("Output tokens", $"<span title=\"{ReportFormat.Count(total.Usage.Output)}\">{ReportFormat.Short(total.Usage.Output)}</span>", ReportFormat.Percent(ReportFormat.Share(total.Usage.Reasoning, total.Usage.Output)) + " reasoning");
        _html.Append("</dl>\n");
        if (total.UnpricedRequests > 0)
        {
            _html.Append(CultureInfo.InvariantCulture, $"<p class=\"warn\">{ReportFormat.Count(total.UnpricedRequests)} requests are in no sum of money, because the price of a model is not known.</p>\n");
        }
    }

    private void Tile(string label, string value, string note) =>
        _html.Append(CultureInfo.InvariantCulture, $"<div><dt>{label}</dt><dd>{value}</dd><dd class=\"note\">{ReportFormat.Html(note)}</dd></div>");

    private void Waterfall()
    {
        SavingsSummary total = report.Total;
        NanoUsd left = total.Baseline;
        var steps = new List<(string Label, string Path, NanoUsd From, NanoUsd To, NanoUsd Shown, string Kind)>
        {
            ("As sent", "total.baseline", NanoUsd.Zero, left, left, "whole"),
        };
        foreach ((string lever, NanoUsd amount) in SavingsReportText.Levers(total.Savings))
        {
            NanoUsd after = left - amount;
            string path = "total.byLever." + (lever == "provider cache" ? "providerCache" : lever);
            steps.Add((char.ToUpperInvariant(lever[0]) + lever[1..], path, after, left, amount, amount.Value < 0 ? "loss" : "gain"));
            left = after;
        }

        steps.Add(("Spent", "total.spent", NanoUsd.Zero, left, total.Spent, "whole"));
        double most = Math.Max(1, steps.Max(step => Math.Max(step.From.Value, step.To.Value)));
        _html.Append("<div class=\"bars\" role=\"table\" aria-label=\"Saving by lever\">\n");
        foreach ((string label, string path, NanoUsd from, NanoUsd to, NanoUsd shown, string kind) in steps)
        {
            double start = Math.Max(0, Math.Min(from.Value, to.Value)) / most * 100;
            double width = Math.Abs(to.Value - from.Value) / most * 100;
            string amount = kind == "whole" ? ReportTags.Money(path, shown, _money) : ReportTags.Saving(path, shown, _money);
            _html.Append(CultureInfo.InvariantCulture, $"<div role=\"row\"><span role=\"rowheader\">{label}</span><span class=\"track\" role=\"presentation\"><i class=\"{kind}\" style=\"margin-left:{start:0.###}%;width:{width:0.###}%\"></i></span><b role=\"cell\">{amount}</b></div>\n");
        }

        _html.Append("</div>\n");
    }

    private void Series()
    {
        if (report.Series.Count == 0)
        {
            _html.Append("<p>No receipts.</p>\n");
            return;
        }

        NanoUsd without = NanoUsd.Zero, with = NanoUsd.Zero;
        long tokens = 0;
        var points = new List<(DateTimeOffset At, double Without, double With, double Tokens)> { (report.Series[0].At, 0, 0, 0) };
        foreach (CostPoint point in report.Series)
        {
            without += point.Baseline;
            with += point.Spent;
            tokens += point.Tokens;
            points.Add((point.At, (double)without.Usd, (double)with.Usd, tokens));
        }

        DateTimeOffset[] times = [.. points.Select(point => point.At)];
        _html.Append(LineChart.Draw("cost", "Cumulative cost in US dollars", $"Without TokenThrift it ends at {_money.Of(without)} (estimated), with it at {_money.Of(with)}.", times, "USD",
            [("without (estimated)", "without", [.. points.Select(point => point.Without)]), ("with TokenThrift", "with", [.. points.Select(point => point.With)])]));
        _html.Append(LineChart.Draw("tokens", "Cumulative tokens of calls to providers", $"It ends at {ReportFormat.Count(tokens)} tokens.", times, "tokens", [("tokens", "with", [.. points.Select(point => point.Tokens)])]));
    }

    private void Groups(IReadOnlyList<ReportGroup> groups, string what, bool hasCaps)
    {
        _html.Append(CultureInfo.InvariantCulture, $"<div class=\"scroll\"><table><thead><tr><th>{what}</th><th class=\"n\">Requests</th><th class=\"n\">Calls</th><th class=\"n\">Hits</th><th class=\"n\">Spent</th>{(hasCaps ? "<th class=\"n\">Cap</th><th>Used</th>" : string.Empty)}<th class=\"n\">Per request</th><th class=\"n\">Saved</th><th class=\"n\">%</th></tr></thead><tbody>\n");
        ReportMoney spent = ReportMoney.For(groups.Select(group => group.Sum.Spent));
        ReportMoney caps = ReportMoney.For(groups.Select(group => group.Cap?.Usd ?? NanoUsd.Zero));
        ReportMoney saved = ReportMoney.For(groups.Select(group => group.Sum.Savings.Total));
        ReportMoney perRequest = ReportMoney.For(groups.Select(Each));
        foreach (ReportGroup group in groups)
        {
            SavingsSummary sum = group.Sum;
            string cap = !hasCaps ? string.Empty : group.Cap?.Usd is { } usd
                ? $"<td class=\"n\">{ReportFormat.Html(caps.Of(usd))}</td><td>{ReportTags.Bar(ReportFormat.Share(sum.Spent, usd))}</td>"
                : "<td class=\"n\">none</td><td></td>";
            _html.Append(CultureInfo.InvariantCulture, $"<tr><th scope=\"row\">{ReportFormat.Html(group.Name)}</th><td class=\"n\">{ReportFormat.Count(sum.Requests)}</td><td class=\"n\">{ReportFormat.Count(sum.Calls)}</td><td class=\"n\">{ReportFormat.Count(sum.CacheHits)}</td><td class=\"n\">{ReportFormat.Html(spent.Of(sum.Spent))}</td>{cap}<td class=\"n\">{ReportFormat.Html(perRequest.Of(Each(group)))}</td><td class=\"n\">{ReportFormat.Html(saved.Of(sum.Savings.Total))}</td><td class=\"n\">{ReportFormat.Percent(ReportFormat.Share(sum.Savings.Total, sum.Baseline))}</td></tr>\n");
        }

        _html.Append("</tbody></table></div>\n");
    }

    private static NanoUsd Each(ReportGroup group) => group.Sum.Requests == 0 ? NanoUsd.Zero : new NanoUsd(group.Sum.Spent.Value / group.Sum.Requests);

    private void Foot() => _html.Append(
        """
        <footer>
        <h2>How to read this</h2>
        <p>Every figure is the sum of receipts, in whole billionths of a dollar; tasks, tenants and days each add up to the total.
        <b>Spent</b> is what providers reported at catalogue prices, or our own count where they reported nothing.
        <b>As sent</b> is an estimate: the same requests at the reference model, with the provider's prompt cache simulated.
        <b>Cache</b> is what answers from the cache saved; <b>compression</b> what shorter prompts saved at the reference model; <b>routing</b> what other
        models saved, rejected attempts taken off; <b>provider cache</b> the difference between the simulated and the billed prompt cache;
        <b>overhead</b> what judges, audits, embeddings, summaries and retrievals cost. A negative saving is shown as such.
        Drills, substitutes and price comparisons use list prices for the same tokens and say nothing of quality beyond what was judged.</p>
        </footer>

        """);
}
