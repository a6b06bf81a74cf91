using System.Text.Json;
using TokenThrift.Samples.MonthEndClose.Output;
using TokenThrift.TestSupport;

namespace TokenThrift.Samples.Tests.MonthEndClose;

/// <summary>Opens the report of the close in headless Chromium, as people will see it.</summary>
[Collection(OneRun.Name)]
public sealed class ReportInBrowserTests(OneRun run) : IDisposable
{
    private const string Figures = "[...document.querySelectorAll('[data-figure]')].map(e => ({path: e.dataset.figure, value: e.dataset.value, text: e.textContent, seen: e.getClientRects().length}))";
    private readonly string _folder = Directory.CreateTempSubdirectory("report-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [BrowserFact]
    public async Task Page_of_the_close_has_no_errors_asks_for_nothing_and_shows_the_figures_of_the_json()
    {
        await using HeadlessBrowser browser = await HeadlessBrowser.StartAsync();
        BrowserPage page = await browser.OpenAsync(Written());

        JsonElement figures = await page.EvaluateAsync(Figures);
        using JsonDocument json = JsonDocument.Parse(run.Comparison.Report.ToJson());
        Assert.True(figures.GetArrayLength() >= 12);
        Assert.All(figures.EnumerateArray(), figure =>
        {
            JsonElement at = figure.GetProperty("path").GetString()!.Split('.').Aggregate(json.RootElement, (element, name) => element.GetProperty(name));
            Assert.Equal(at.GetInt64().ToString(System.Globalization.CultureInfo.InvariantCulture), figure.GetProperty("value").GetString());
            Assert.Equal(1, figure.GetProperty("seen").GetInt32());
            Assert.Equal(Shown(figure.GetProperty("path").GetString()!, at.GetInt64()), figure.GetProperty("text").GetString());
        });
        Assert.Empty(page.Errors);
        Assert.Equal(1, page.Requests.Count(request => !request.StartsWith("data:", StringComparison.Ordinal)));
    }

    [BrowserFact]
    public async Task Tables_of_the_page_show_the_rows_of_the_json()
    {
        await using HeadlessBrowser browser = await HeadlessBrowser.StartAsync();
        BrowserPage page = await browser.OpenAsync(Written());
        using JsonDocument json = JsonDocument.Parse(run.Comparison.Report.ToJson());
        JsonElement root = json.RootElement;

        await SameAsync("#tasks tbody tr", root.GetProperty("tasks"), (task, cells) =>
        {
            Assert.Equal([Text(task, "name"), Text(task, "requests"), Text(task, "calls"), Text(task, "cacheHits")], cells[..4]);
            Near(task, "spent", cells[4]);
            Near(task, "capUsd", cells[5]);
            Near(task, "saved", cells[8]);
        });
        await SameAsync("#routing tbody tr", root.GetProperty("flows"), (flow, cells) =>
        {
            Assert.Equal([Text(flow, "requested"), Text(flow, "served"), Text(flow, "requests")], cells[..3]);
            Near(flow, "spent", cells[3]);
            Near(flow, "saved", cells[4]);
        });
        await SameAsync("#cache tbody tr", root.GetProperty("cache"), (outcome, cells) => Assert.Equal([Text(outcome, "reason"), Text(outcome, "requests")], cells[1..3]));
        await SameAsync("#exposure h3 + .scroll tbody tr", root.GetProperty("exposure").GetProperty("drills"), (drill, cells) =>
        {
            Assert.Equal([Text(drill, "name"), Text(drill, "callsAffected"), Text(drill, "callsUnserved"), Text(drill, "callsUnproven")], cells[..4]);
            Near(drill, "cost", cells[4]);
        });
        await SameAsync("#exposure .axes > div:first-child tbody tr", root.GetProperty("exposure").GetProperty("axes")[0].GetProperty("shares"), (share, cells) =>
        {
            Assert.Equal(Text(share, "name"), cells[0]);
            Near(share, "spent", cells[1]);
        });

        async Task SameAsync(string selector, JsonElement rows, Action<JsonElement, string[]> check)
        {
            JsonElement shown = await page.EvaluateAsync($"[...document.querySelectorAll('{selector}')].map(row => [...row.children].map(cell => cell.textContent))");
            Assert.True(rows.GetArrayLength() > 0, selector);
            Assert.Equal(rows.GetArrayLength(), shown.GetArrayLength());
            foreach ((JsonElement row, JsonElement cells) in rows.EnumerateArray().Zip(shown.EnumerateArray()))
            {
                check(row, [.. cells.EnumerateArray().Select(cell => cell.GetString()!)]);
            }
        }

        static string Text(JsonElement row, string name) => row.GetProperty(name) is { ValueKind: JsonValueKind.Number } number
            ? number.GetInt64().ToString("#,##0", System.Globalization.CultureInfo.InvariantCulture)
            : row.GetProperty(name).GetString()!;

        // A cell is rounded to the decimals of its column; what it shows must be within half of its last place.
        static void Near(JsonElement row, string name, string cell)
        {
            decimal exact = row.GetProperty(name).GetInt64() / 1e9m;
            string digits = cell.TrimStart('<').Replace("$", string.Empty, StringComparison.Ordinal).Replace('\u2212', '-').Replace(",", string.Empty, StringComparison.Ordinal);
            decimal place = 1m / (decimal)Math.Pow(10, digits.Length - digits.IndexOf('.', StringComparison.Ordinal) - 1);
            decimal shown = cell.StartsWith('<') ? 0 : decimal.Parse(digits, System.Globalization.CultureInfo.InvariantCulture);
            Assert.InRange(exact - shown, -place / 2, place / 2);
        }
    }

    [BrowserFact]
    public async Task Page_of_the_close_differs_by_light_and_dark_fits_a_phone_and_prints()
    {
        await using HeadlessBrowser browser = await HeadlessBrowser.StartAsync();
        Uri address = Written();
        const string Background = "getComputedStyle(document.body).backgroundColor";
        BrowserPage light = await browser.OpenAsync(address);
        BrowserPage dark = await browser.OpenAsync(address, dark: true);
        BrowserPage phone = await browser.OpenAsync(address, width: 390, height: 844);

        Assert.NotEqual((await light.EvaluateAsync(Background)).GetString(), (await dark.EvaluateAsync(Background)).GetString());
        Assert.Equal(390, (await phone.EvaluateAsync("document.documentElement.scrollWidth")).GetInt32());
        Assert.True((await light.PrintAsync()).AsSpan().StartsWith("%PDF"u8));
        Assert.Empty(light.Errors.Concat(dark.Errors).Concat(phone.Errors));
    }

    private Uri Written()
    {
        string path = Path.Combine(_folder, "report.html");
        ReportFile.Write(path, run.Comparison.Report);
        return new Uri(path);
    }

    // The page rounds money to four decimals here; a lever is shown as what it does to the bill.
    private static string Shown(string path, long value)
    {
        if (!path.Contains("saved", StringComparison.Ordinal) && !path.Contains("baseline", StringComparison.Ordinal) && !path.Contains("spent", StringComparison.Ordinal) && !path.Contains("byLever", StringComparison.Ordinal))
        {
            return value.ToString("#,##0", System.Globalization.CultureInfo.InvariantCulture);
        }

        long shown = path.Contains("byLever", StringComparison.Ordinal) ? -value : value;
        string sign = shown < 0 ? "\u2212" : path.Contains("byLever", StringComparison.Ordinal) && shown > 0 ? "+" : string.Empty;
        return sign + "$" + Math.Round(Math.Abs(shown) / 1e9m, 4, MidpointRounding.AwayFromZero).ToString("0.0000", System.Globalization.CultureInfo.InvariantCulture);
    }
}
