using System.Globalization;
using System.Text;

namespace TokenThrift.Receipts;

/// <summary>The parts of the page that tell what cache, compression and routing did.</summary>
internal sealed class ReportTraffic(SavingsReport report, StringBuilder html)
{
    private const int MostFlows = 12;

    public void Write()
    {
        Cache();
        Routing();
    }

    private void Cache()
    {
        if (report.CacheOutcomes.Count == 0 && report.TokensBeforeCompression == 0)
        {
            return;
        }

        html.Append("<section id=\"cache\">\n<h2>Cache and compression</h2>\n");
        long served = report.CacheOutcomes.Where(outcome => outcome.Tier != "none").Sum(outcome => outcome.Requests);
        double errors = report.CacheOutcomes.Sum(outcome => outcome.EstimatedErrors);
        html.Append(CultureInfo.InvariantCulture, $"<p>{ReportFormat.Count(served)} requests were answered from the cache; {ReportFormat.Number(errors)} of these answers are expected to be wrong (estimated, {ReportFormat.Percent(served == 0 ? 0 : errors / served)}). {Audits(report.CacheAudits)}</p>\n");
        if (report.TokensBeforeCompression > 0)
        {
            long removed = report.TokensBeforeCompression - report.TokensAfterCompression;
            html.Append(CultureInfo.InvariantCulture, $"<p>Compression took {ReportFormat.Count(removed)} of {ReportFormat.Count(report.TokensBeforeCompression)} input tokens off the calls that it touched ({ReportFormat.Percent(ReportFormat.Share(removed, report.TokensBeforeCompression))}, counted).</p>\n");
        }

        if (report.CacheOutcomes.Count > 0)
        {
            html.Append("<div class=\"scroll\"><table><thead><tr><th>Cache</th><th>Why</th><th class=\"n\">Requests</th><th>Share</th></tr></thead><tbody>\n");
            long all = report.CacheOutcomes.Sum(outcome => outcome.Requests);
            foreach (CacheOutcome outcome in report.CacheOutcomes)
            {
                html.Append(CultureInfo.InvariantCulture, $"<tr><th scope=\"row\">{(outcome.Tier == "none" ? "miss" : outcome.Tier + " hit")}</th><td>{ReportFormat.Html(outcome.Reason)}</td><td class=\"n\">{ReportFormat.Count(outcome.Requests)}</td><td>{ReportTags.Bar(ReportFormat.Share(outcome.Requests, all))}</td></tr>\n");
            }

            html.Append("</tbody></table></div>\n");
        }

        html.Append("</section>\n");
    }

    private static string Audits(CacheAuditSum audits) => audits.ErrorRate is { } rate
        ? $"{ReportFormat.Count(audits.Count)} would-be hits were audited by asking afresh: {ReportFormat.Count(audits.Different)} of the {ReportFormat.Count(audits.Same + audits.Different)} that could be compared differed (audited error {ReportFormat.Percent(rate)})."
        : $"{ReportFormat.Count(audits.Count)} would-be hits were audited by asking afresh.";

    private void Routing()
    {
        if (report.Flows.Count == 0)
        {
            return;
        }

        html.Append(CultureInfo.InvariantCulture, $"<section id=\"routing\">\n<h2>Routing</h2>\n<p class=\"note\">From the model that was asked for to the one that answered. {ReportFormat.Count(report.Audits)} calls were made only to learn what a cheaper model's answers are worth.</p>\n");
        Flows([.. report.Flows.Take(MostFlows)]);
        html.Append("<div class=\"scroll\"><table><thead><tr><th>Asked for</th><th>Answered by</th><th class=\"n\">Requests</th><th class=\"n\">Spent</th><th class=\"n\">Saved</th></tr></thead><tbody>\n");
        ReportMoney spent = ReportMoney.For(report.Flows.Select(flow => flow.Sum.Spent));
        ReportMoney saved = ReportMoney.For(report.Flows.Select(flow => flow.Sum.Savings.Total));
        foreach (RoutingFlow flow in report.Flows)
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr><th scope=\"row\">{ReportFormat.Html(flow.Requested)}</th><td>{ReportFormat.Html(flow.Served)}</td><td class=\"n\">{ReportFormat.Count(flow.Requests)}</td><td class=\"n\">{ReportFormat.Html(spent.Of(flow.Sum.Spent))}</td><td class=\"n\">{ReportFormat.Html(saved.Of(flow.Sum.Savings.Total))}</td></tr>\n");
        }

        html.Append("</tbody></table></div></section>\n");
    }

    // Ribbons whose widths are the numbers of requests.
    private void Flows(IReadOnlyList<RoutingFlow> flows)
    {
        const double Gap = 16, LeftX = 200, RightX = 560, Node = 10;
        double total = flows.Sum(flow => (double)flow.Requests);
        int rows = Math.Max(flows.Select(flow => flow.Requested).Distinct().Count(), flows.Select(flow => flow.Served).Distinct().Count());
        double height = 130 + (Gap * (rows - 1));
        double scale = 130 / total;
        Dictionary<string, double> left = Places(flows.GroupBy(flow => flow.Requested).Select(group => (group.Key, group.Sum(flow => flow.Requests))), scale, Gap);
        Dictionary<string, double> right = Places(flows.GroupBy(flow => flow.Served).Select(group => (group.Key, group.Sum(flow => flow.Requests))), scale, Gap);
        html.Append(CultureInfo.InvariantCulture, $"<figure class=\"scroll flow\"><svg viewBox=\"0 0 760 {height + 18}\" role=\"img\" aria-labelledby=\"flow-title\"><title id=\"flow-title\">Requests from the model asked for (left) to the one that answered (right); the table below has the figures.</title>\n");
        Nodes(flows.GroupBy(flow => flow.Requested).Select(group => (group.Key, group.Sum(flow => flow.Requests))), left, scale, LeftX - Node, LeftX - Node - 8, "end");
        Nodes(flows.GroupBy(flow => flow.Served).Select(group => (group.Key, group.Sum(flow => flow.Requests))), right, scale, RightX, RightX + Node + 8, "start");
        foreach (RoutingFlow flow in flows)
        {
            double width = Math.Max(1, flow.Requests * scale);
            double from = left[flow.Requested] + (width / 2);
            double to = right[flow.Served] + (width / 2);
            left[flow.Requested] += flow.Requests * scale;
            right[flow.Served] += flow.Requests * scale;
            html.Append(CultureInfo.InvariantCulture, $"<path class=\"ribbon{(flow.Served == "(cache)" ? " cached" : string.Empty)}\" stroke-width=\"{width:0.##}\" d=\"M{LeftX},{from:0.#}C{(LeftX + RightX) / 2},{from:0.#} {(LeftX + RightX) / 2},{to:0.#} {RightX},{to:0.#}\"/>\n");
        }

        html.Append("</svg></figure>\n");
    }

    private static Dictionary<string, double> Places(IEnumerable<(string Name, long Requests)> nodes, double scale, double gap)
    {
        var places = new Dictionary<string, double>(StringComparer.Ordinal);
        double at = 9;
        foreach ((string name, long requests) in nodes)
        {
            places[name] = at;
            at += (requests * scale) + gap;
        }

        return places;
    }

    private void Nodes(IEnumerable<(string Name, long Requests)> nodes, Dictionary<string, double> places, double scale, double x, double textX, string anchor)
    {
        foreach ((string name, long requests) in nodes)
        {
            double height = Math.Max(1, requests * scale);
            html.Append(CultureInfo.InvariantCulture, $"<rect class=\"node\" x=\"{x:0.#}\" y=\"{places[name]:0.#}\" width=\"10\" height=\"{height:0.#}\"/><text x=\"{textX:0.#}\" y=\"{places[name] + (height / 2) + 4:0.#}\" text-anchor=\"{anchor}\">{ReportFormat.Html(name)} {ReportFormat.Short(requests)}</text>\n");
        }
    }
}
