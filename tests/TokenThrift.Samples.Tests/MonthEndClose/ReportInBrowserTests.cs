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
