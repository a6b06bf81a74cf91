using CsCheck;
using TokenThrift.Receipts;
using TokenThrift.TestSupport;

namespace TokenThrift.Tests.Receipts;

/// <summary>Opens the page of any receipts in headless Chromium.</summary>
public sealed class ReportInBrowserTests
{
    [BrowserFact]
    public async Task Page_opens_without_errors_whatever_the_receipts_say()
    {
        string folder = Directory.CreateTempSubdirectory("report-").FullName;
        try
        {
            await using HeadlessBrowser browser = await HeadlessBrowser.StartAsync();
            foreach ((string name, ThriftReceipt[] receipts) in new[] { ("none", []), ("hostile", Hostile()), ("many", Many()) })
            {
                string path = Path.Combine(folder, name + ".html");
                SavingsReport report = SavingsReport.Of(receipts);
                await File.WriteAllTextAsync(path, report.ToHtml());
                BrowserPage page = await browser.OpenAsync(new Uri(path));
                Assert.Equal(0, (await page.EvaluateAsync("document.querySelectorAll('script,img,iframe').length")).GetInt32());
                Assert.Equal(report.Total.Spent.Value.ToString(System.Globalization.CultureInfo.InvariantCulture), (await page.EvaluateAsync("document.querySelector('[data-figure=\"total.spent\"]').dataset.value")).GetString());
                Assert.False((await page.EvaluateAsync("[...document.querySelectorAll('path,line,rect')].some(e => [...e.attributes].some(a => /NaN|Infinity/.test(a.value)))")).GetBoolean());
                Assert.Empty(page.Errors);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static ThriftReceipt[] Many()
    {
        var receipts = new List<ThriftReceipt>();
        ReceiptGen.Receipt.Array[20].Sample(receipts.AddRange, iter: 1, threads: 1);
        return [.. receipts];
    }

    private static ThriftReceipt[] Hostile() => [.. Many().Select(receipt => receipt with
    {
        Identity = receipt.Identity with { Tenant = "<script>throw 1</script>", Task = "\"><img src=x onerror=alert(1)>" },
        Tasks = ["</table><script>throw 1</script>"],
    })];
}
