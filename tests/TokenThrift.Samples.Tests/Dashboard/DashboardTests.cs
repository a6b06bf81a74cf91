using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using System.Text.RegularExpressions;
using TokenThrift.Receipts;
using TokenThrift.TestSupport;

namespace TokenThrift.Samples.Tests.Dashboard;

/// <summary>Exporters take meters of one name for one, so no other pipeline runs beside these tests.</summary>
[Collection(Alone)]
public sealed partial class DashboardTests
{
    private const string Alone = "dashboard alone";

    [Fact]
    public async Task Close_is_shown_in_every_form_exported_to_both_and_told_by_events()
    {
        await using LoopbackCollector collector = await LoopbackCollector.StartAsync();
        await using RunningDashboard dashboard = await RunningDashboard.StartAsync(
            $"--OTEL_EXPORTER_OTLP_ENDPOINT={collector.Address}", "--OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf", "--OTEL_METRIC_EXPORT_INTERVAL=500", "--OTEL_BSP_SCHEDULE_DELAY=500");

        await using (Stream events = await dashboard.Client.GetStreamAsync("events"))
        {
            long receipts = -1;
            int told = 0;
            await foreach (SseItem<string> item in SseParser.Create(events).EnumerateAsync())
            {
                Assert.Equal("receipts", item.EventType);
                using JsonDocument news = JsonDocument.Parse(item.Data);
                long now = news.RootElement.GetProperty("receipts").GetInt64();
                Assert.True(now >= receipts);
                receipts = now;
                told++;
                if (news.RootElement.GetProperty("now").GetString() == "done")
                {
                    break;
                }
            }

            Assert.True(told >= 2);
            Assert.Equal(dashboard.Book.Total.Requests, receipts);
        }

        SavingsSummary total = dashboard.Book.Total;
        Assert.True(total.Requests > 100);
        using JsonDocument json = JsonDocument.Parse(await dashboard.Client.GetStringAsync("report.json"));
        Assert.Equal(total.Spent.Value, json.RootElement.GetProperty("total").GetProperty("spent").GetInt64());
        Assert.Contains($"data-figure=\"total.spent\" data-value=\"{total.Spent.Value}\"", await dashboard.Client.GetStringAsync(string.Empty), StringComparison.Ordinal);
        Assert.Contains($"total,,{total.Requests},{total.Calls},", await dashboard.Client.GetStringAsync("report.csv"), StringComparison.Ordinal);
        Assert.Contains("**Saved", await dashboard.Client.GetStringAsync("report.md"), StringComparison.Ordinal);
        Assert.DoesNotContain("<script", await dashboard.Client.GetStringAsync("report.html"), StringComparison.OrdinalIgnoreCase);

        string metrics = await dashboard.Client.GetStringAsync("metrics");
        Assert.Equal(total.Spent.Value, (long)Sum(metrics, "tokenthrift_spent_total"));
        Assert.Equal(total.Baseline.Value, (long)Sum(metrics, "tokenthrift_baseline_total"));
        Assert.Equal(total.Savings.Total.Value, (long)Sum(metrics, "tokenthrift_saved"));
        Assert.Equal(total.Usage.Input + total.Usage.Output, (long)Sum(metrics, "tokenthrift_tokens_total"));
        Assert.DoesNotContain("gen_ai_client_token_usage", metrics, StringComparison.Ordinal);
        await collector.UntilAsync("metrics", "tokenthrift.spent");
        await collector.UntilAsync("traces", "tokenthrift.request");

        using JsonDocument health = JsonDocument.Parse(await dashboard.Client.GetStringAsync("health"));
        Assert.Equal("Healthy", health.RootElement.GetProperty("status").GetString());
    }

    [BrowserFact]
    public async Task Page_follows_the_agent_without_being_loaded_again()
    {
        const string Requests = "Number(document.querySelector('[data-figure=\"total.requests\"]').dataset.value)";
        await using RunningDashboard dashboard = await RunningDashboard.StartAsync("--Dashboard:Pace=00:00:00.005");
        await using HeadlessBrowser browser = await HeadlessBrowser.StartAsync();
        BrowserPage page = await browser.OpenAsync(dashboard.Address);
        await page.EvaluateAsync("window.first = " + Requests);
        await page.WaitAsync(Requests + " > window.first");
        await dashboard.UntilDoneAsync();
        await page.WaitAsync("document.getElementById('live').textContent.startsWith('live: done')");
        await page.WaitAsync($"{Requests} === {dashboard.Book.Total.Requests}");

        Assert.Equal($"{dashboard.Book.Total.Spent.Value}", (await page.EvaluateAsync("document.querySelector('[data-figure=\"total.spent\"]').dataset.value")).GetString());
        string link = (await page.EvaluateAsync("document.querySelector('#receipts a').href")).GetString()!;
        Assert.Equal(dashboard.Address.Authority, new Uri(link).Authority);
        Assert.Equal(HttpStatusCode.OK, (await dashboard.Client.GetAsync(new Uri(link))).StatusCode);
        Assert.Empty(page.Errors);
        Assert.DoesNotContain(page.Requests, request => !request.StartsWith("data:", StringComparison.Ordinal) && new Uri(request).Authority != dashboard.Address.Authority);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Content_of_a_receipt_is_shown_only_where_that_is_enabled(bool isEnabled)
    {
        await using RunningDashboard dashboard = await RunningDashboard.StartAsync("--Dashboard:Closes=0", $"--Dashboard:ShowContent={isEnabled}");
        await dashboard.Book.AddAsync(new ThriftReceipt { Id = "secret-one", Content = new ReceiptContent("a secret question", "a secret answer") });

        Assert.Equal(isEnabled, (await dashboard.Client.GetStringAsync("receipts/secret-one")).Contains("a secret answer", StringComparison.Ordinal));
        Assert.DoesNotContain("a secret", await dashboard.Client.GetStringAsync("report.json"), StringComparison.Ordinal);
        Assert.DoesNotContain("a secret", await dashboard.Client.GetStringAsync(string.Empty), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await dashboard.Client.GetAsync("receipts/none")).StatusCode);
    }

    [Fact]
    public async Task Dashboard_is_bound_to_loopback_and_answers_to_no_other_host_name()
    {
        await using RunningDashboard dashboard = await RunningDashboard.StartAsync("--Dashboard:Closes=0", "--urls=http://0.0.0.0:0");
        Assert.Equal("127.0.0.1", dashboard.Address.Host);

        using var foreign = new HttpRequestMessage(HttpMethod.Get, "report.json") { Headers = { Host = "elsewhere.example" } };
        Assert.Equal(HttpStatusCode.BadRequest, (await dashboard.Client.SendAsync(foreign)).StatusCode);
        using HttpResponseMessage page = await dashboard.Client.GetAsync(string.Empty);
        Assert.Contains("default-src 'none'", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_tells_when_the_agent_has_stopped_and_when_receipts_are_lost()
    {
        await using RunningDashboard dashboard = await RunningDashboard.StartAsync("--Dashboard:Closes=0");
        dashboard.Progress.Failure = new InvalidOperationException("a secret of the inside");
        using HttpResponseMessage health = await dashboard.Client.GetAsync("health");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
        Assert.DoesNotContain("a secret", await health.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Application_stops_while_a_page_is_open()
    {
        await using RunningDashboard dashboard = await RunningDashboard.StartAsync("--Dashboard:Closes=0");
        await using Stream events = await dashboard.Client.GetStreamAsync("events");
        Assert.True(events.ReadByte() > 0);
        Task stop = dashboard.App.StopAsync();
        Assert.Same(stop, await Task.WhenAny(stop, Task.Delay(TimeSpan.FromSeconds(20))));
    }

    private static double Sum(string metrics, string name) => Line().Matches(metrics)
        .Where(line => line.Groups[1].Value == name)
        .Sum(line => double.Parse(line.Groups[2].Value, System.Globalization.CultureInfo.InvariantCulture));

    [GeneratedRegex(@"^([a-z_]+)(?:\{.*\})? (\S+)$", RegexOptions.Multiline)]
    private static partial Regex Line();

    [CollectionDefinition(Alone, DisableParallelization = true)]
    public sealed class NothingBeside;
}
