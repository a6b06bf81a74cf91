using System.Globalization;
using System.Text;
using TokenThrift.Models;

namespace TokenThrift.Receipts;

/// <summary>The part of the page that tells what the work would cost elsewhere and at other prices.</summary>
internal sealed class ReportPrices(PriceWatch prices, StringBuilder html)
{
    private const int Shown = 12;
    private const int MostModels = 8;

    public void Write()
    {
        html.Append("<section id=\"prices\">\n<h2>Price watch</h2>\n");
        foreach (string warning in prices.Warnings)
        {
            html.Append(CultureInfo.InvariantCulture, $"<p class=\"warn\">{ReportFormat.Html(warning)}</p>\n");
        }

        Changes();
        Tasks();
        Comparisons();
        html.Append("</section>\n");
    }

    private void Changes()
    {
        ReportMoney money = ReportMoney.For(prices.Changes.SelectMany(row => new[] { row.Spent, row.AtCatalogue ?? NanoUsd.Zero }));
        html.Append("<h3>Models in use, at the catalogue's prices of today</h3>\n<div class=\"scroll\"><table><thead><tr><th>Model</th><th class=\"n\">Spent</th><th class=\"n\">At the catalogue's prices</th><th class=\"n\">Change</th></tr></thead><tbody>\n");
        foreach (PriceChange row in prices.Changes)
        {
            string now = row.AtCatalogue is { } known ? money.Of(known) : "unknown";
            string change = row.AtCatalogue is { } price ? money.Signed(price - row.Spent) : string.Empty;
            html.Append(CultureInfo.InvariantCulture, $"<tr><th scope=\"row\">{ReportFormat.Html(row.ModelId)}</th><td class=\"n\">{ReportFormat.Html(money.Of(row.Spent))}</td><td class=\"n\">{ReportFormat.Html(now)}</td><td class=\"n\">{ReportFormat.Html(change)}</td></tr>\n");
        }

        html.Append("</tbody></table></div>\n");
    }

    private void Tasks()
    {
        string[] models = [.. prices.Tasks.Take(1).SelectMany(task => task.AtModels.Keys).Take(MostModels)];
        if (models.Length < 2)
        {
            return;
        }

        ReportMoney money = ReportMoney.For(prices.Tasks.SelectMany(task => task.AtModels.Values.OfType<NanoUsd>().Append(task.Spent)));
        html.Append("<h3>Price of each task, model by model</h3>\n<p class=\"note\">Estimated: the tokens that the task used, at each model's list price. A dash: the model could not have taken all of its calls.</p>\n<div class=\"scroll\"><table><thead><tr><th>Task</th><th class=\"n\">Calls</th><th class=\"n\">Spent</th>");
        foreach (string model in models)
        {
            html.Append(CultureInfo.InvariantCulture, $"<th class=\"n\">{ReportFormat.Html(model)}</th>");
        }

        html.Append("</tr></thead><tbody>\n");
        foreach (TaskPrice task in prices.Tasks)
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr><th scope=\"row\">{ReportFormat.Html(task.Task)}</th><td class=\"n\">{ReportFormat.Count(task.Calls)}</td><td class=\"n\">{ReportFormat.Html(money.Of(task.Spent))}</td>");
            foreach (string model in models)
            {
                html.Append(CultureInfo.InvariantCulture, $"<td class=\"n\">{(task.AtModels[model] is { } cost ? ReportFormat.Html(money.Of(cost)) : "\u2013")}</td>");
            }

            html.Append("</tr>\n");
        }

        html.Append("</tbody></table></div>\n");
    }

    private void Comparisons()
    {
        html.Append("<h3>The same tokens at list price</h3>\n<p class=\"note\">Estimated: another model would have written other tokens. Prices in US dollars per million tokens. Marked: models in use.</p>\n");
        HashSet<string> used = [.. prices.Changes.Select(change => change.ModelId)];
        Table([.. prices.Comparisons.Take(Shown), .. prices.Comparisons.Skip(Shown).Where(row => used.Contains(row.ModelId))], used);
        if (prices.Comparisons.Count > Shown)
        {
            html.Append(CultureInfo.InvariantCulture, $"<details><summary>All {prices.Comparisons.Count} models that could have taken some of the calls</summary>\n");
            Table(prices.Comparisons, used);
            html.Append("</details>\n");
        }
    }

    private void Table(IReadOnlyList<PriceComparison> rows, HashSet<string> used)
    {
        ReportMoney money = ReportMoney.For(rows.SelectMany(row => new[] { row.SpentOnThem, row.AtListPrice }));
        html.Append("<div class=\"scroll\"><table><thead><tr><th>Model</th><th>Vendor</th><th class=\"n\">Input</th><th class=\"n\">Output</th><th>Price of</th><th class=\"n\">Calls it can take</th><th class=\"n\">They cost</th><th class=\"n\">At list price</th></tr></thead><tbody>\n");
        foreach (PriceComparison row in rows)
        {
            string mark = used.Contains(row.ModelId) ? " class=\"used\"" : string.Empty;
            html.Append(CultureInfo.InvariantCulture, $"<tr{mark}><th scope=\"row\">{ReportFormat.Html(row.ModelId)}</th><td>{ReportFormat.Html(row.Vendor ?? "unknown")}</td><td class=\"n\">{ReportFormat.PerMillion(row.Input)}</td><td class=\"n\">{ReportFormat.PerMillion(row.Output)}</td><td>{row.PricedOn?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "unknown"}</td><td class=\"n\">{ReportFormat.Count(row.CallsItCanTake)}</td><td class=\"n\">{ReportFormat.Html(money.Of(row.SpentOnThem))}</td><td class=\"n\">{ReportFormat.Html(money.Of(row.AtListPrice))}</td></tr>\n");
        }

        html.Append("</tbody></table></div>\n");
    }
}
