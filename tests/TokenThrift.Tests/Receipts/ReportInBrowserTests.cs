using System.Diagnostics;
using System.Text.RegularExpressions;
using CsCheck;
using TokenThrift.Receipts;
using Xunit.Abstractions;

namespace TokenThrift.Tests.Receipts;

/// <summary>Opens the page in headless Chromium. Where no browser is installed it says so and checks nothing.</summary>
public sealed partial class ReportInBrowserTests(ITestOutputHelper output)
{
    private static readonly string[] Browsers = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    [Fact]
    public async Task Page_opens_without_console_errors_and_shows_every_figure()
    {
        if (Array.Find(Browsers, File.Exists) is not { } browser)
        {
            output.WriteLine("No Chromium is installed; the page was not opened.");
            return;
        }

        string folder = Directory.CreateTempSubdirectory("report-").FullName;
        try
        {
            string page = Path.Combine(folder, "report.html");
            string html = SavingsReport.Of(Receipts()).ToHtml();
            await File.WriteAllTextAsync(page, html);
            (string dom, string log) = await OpenAsync(browser, folder, page);
            Assert.DoesNotContain("CONSOLE", log, StringComparison.Ordinal);
            MatchCollection figures = Figure().Matches(html);
            Assert.NotEmpty(figures);
            Assert.All(figures, figure => Assert.Contains(figure.Value, dom, StringComparison.Ordinal));
            Assert.Equal(Count(html, "<svg"), Count(dom, "<svg"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static ThriftReceipt[] Receipts()
    {
        var receipts = new List<ThriftReceipt>();
        ReceiptGen.Receipt.Array[20].Sample(receipts.AddRange, iter: 1, threads: 1);
        return [.. receipts];
    }

    private static async Task<(string Dom, string Log)> OpenAsync(string browser, string folder, string page)
    {
        var start = new ProcessStartInfo(browser) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in new[] { "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", $"--user-data-dir={folder}", "--dump-dom", new Uri(page).AbsoluteUri })
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        Task<string> log = process.StandardError.ReadToEndAsync();
        string dom = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (dom, await log);
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    [GeneratedRegex("data-figure=\"[^\"]+\" data-value=\"-?\\d+\">[^<]+<")]
    private static partial Regex Figure();
}
