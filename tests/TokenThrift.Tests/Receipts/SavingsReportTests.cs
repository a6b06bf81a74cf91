using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using CsCheck;
using TokenThrift.Models;
using TokenThrift.Receipts;

namespace TokenThrift.Tests.Receipts;

public sealed partial class SavingsReportTests
{
    private static readonly ModelCatalog Catalog = new(ReceiptGen.Models.Select((model, i) => model with
    {
        Prices = new ModelPrices(100_000 * (i + 1), 400_000 * (i + 1)),
        PricedOn = new DateOnly(2026, 1, 1),
        Capabilities = ModelCapabilities.Tools,
    }));

    [Fact]
    public void Groups_of_every_kind_add_up_to_the_total_exactly() =>
        ReceiptGen.Receipt.Array[0, 200].Sample(
            receipts =>
            {
                SavingsReport report = SavingsReport.Of(receipts, new SavingsReportOptions { Catalog = Catalog, MaxRows = 3 });
                foreach (IReadOnlyList<ReportGroup> groups in new[] { report.Tasks, report.Tenants, report.Days })
                {
                    Assert.Equal(report.Total.Spent.Value, groups.Sum(group => group.Sum.Spent.Value));
                    Assert.Equal(report.Total.Baseline.Value, groups.Sum(group => group.Sum.Baseline.Value));
                    Assert.Equal(report.Total.Savings.Total.Value, groups.Sum(group => group.Sum.Savings.Total.Value));
                    Assert.Equal(report.Total.Usage.Input, groups.Sum(group => group.Sum.Usage.Input));
                    Assert.Equal(report.Total.Requests, groups.Sum(group => group.Sum.Requests));
                }

                Assert.Equal(report.Total.Baseline - report.Total.Spent, report.Total.Savings.Total);
                Assert.All(report.Exposure.Axes, axis =>
                {
                    Assert.Equal(report.Total.Spent.Value, axis.Shares.Sum(share => share.Sum.Spent.Value));
                    Assert.Equal(report.Total.Calls, axis.Shares.Sum(share => share.Sum.Calls));
                    Assert.InRange(axis.SpendConcentration, 0, 10_000.001);
                });
                Assert.Equal(report.Total.Baseline.Value, report.Series.Sum(point => point.Baseline.Value));
                Assert.Equal(report.Total.Requests, report.Flows.Sum(flow => flow.Requests));
            },
            iter: 60);

    [Fact]
    public void Figures_on_the_page_equal_the_json() =>
        ReceiptGen.Receipt.Array[0, 50].Sample(
            receipts =>
            {
                SavingsReport report = SavingsReport.Of(receipts, new SavingsReportOptions { Catalog = Catalog });
                using JsonDocument json = JsonDocument.Parse(report.ToJson());
                MatchCollection figures = Figure().Matches(report.ToHtml());
                Assert.True(figures.Count >= 10);
                foreach (Match figure in figures)
                {
                    JsonElement at = json.RootElement;
                    foreach (string part in figure.Groups[1].Value.Split('.'))
                    {
                        at = at.GetProperty(part);
                    }

                    Assert.Equal(at.GetInt64(), long.Parse(figure.Groups[2].Value, CultureInfo.InvariantCulture));
                }
            },
            iter: 40);

    [Fact]
    public void Page_needs_no_network_and_no_script()
    {
        string html = SavingsReport.Of([Some(ReceiptGen.Models[0], 5)]).ToHtml();
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("http", html, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("prefers-color-scheme:dark", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_from_receipts_cannot_become_markup()
    {
        string html = SavingsReport.Of([Some(ReceiptGen.Models[0], 5) with { Tasks = ["<img src=x onerror=alert(1)>"] }]).ToHtml();
        Assert.DoesNotContain("<img", html, StringComparison.Ordinal);
        Assert.Contains("&lt;img", html, StringComparison.Ordinal);
        string csv = SavingsReport.Of([Some(ReceiptGen.Models[0], 5) with { Tasks = ["=1+1,\"x\""] }]).ToCsv();
        Assert.Contains("\"'=1+1,\"\"x\"\"\"", csv, StringComparison.Ordinal);
    }

    [Fact]
    public void Report_of_nothing_is_a_report()
    {
        SavingsReport report = SavingsReport.Of([]);
        Assert.Equal(NanoUsd.Zero, report.Total.Spent);
        Assert.Contains("No receipts", report.ToHtml(), StringComparison.Ordinal);
        Assert.Contains("0 requests", report.ToMarkdown(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new long[] { 100 }, 10_000)]
    [InlineData(new long[] { 50, 50 }, 5_000)]
    [InlineData(new long[] { 60, 30, 10 }, 4_600)]
    [InlineData(new long[] { 0, 0 }, 0)]
    public void Concentration_is_the_sum_of_squared_shares(long[] parts, double index) => Assert.Equal(index, ExposureAnalysis.Concentration(parts), 6);

    [Fact]
    public void Vendor_gone_moves_to_the_cheapest_other_that_fits_and_counts_what_does_not()
    {
        ModelInfo gone = ReceiptGen.Models[0];
        var catalog = new ModelCatalog(
        [
            gone with { Prices = new ModelPrices(1000, 1000) },
            ReceiptGen.Models[1] with { Prices = new ModelPrices(3000, 3000), ContextTokens = 5000 },
            ReceiptGen.Models[2] with { Prices = new ModelPrices(2000, 2000), ContextTokens = 5000 },
        ]);
        SavingsReport report = SavingsReport.Of(
            [Some(gone, 1000), Some(gone, 100_000), Some(ReceiptGen.Models[1], 10)],
            new SavingsReportOptions { Catalog = catalog, Alternatives = ["lune", "river-2"], IsAllowed = model => model.Jurisdiction != "CN" });
        ExposureDrill drill = report.Exposure.Drills.Single(d => d.Name == "vendor acme gone");
        Assert.Equal(2, drill.CallsAffected);
        Assert.Equal(1, drill.CallsUnserved);
        Assert.Equal(1, drill.CallsUnproven);
        Assert.Equal(new NanoUsd(3000 + 10), drill.Cost);
        ExposureDrill dearer = report.Exposure.Drills.Single(d => d.Name == "vendor acme price x2");
        Assert.Equal(new NanoUsd((2 * 101_000) + 10), dearer.Cost);
        Substitutability substitute = report.Exposure.Substitutes.Single(s => s.Vendor == "acme");
        Assert.Equal(0.5, substitute.AbleShare);
        Assert.Equal(0, substitute.ProvenShare);
    }

    [Fact]
    public void Alternative_is_proven_by_answers_to_the_same_task_that_were_judged_and_accepted()
    {
        ThriftReceipt unjudged = Some(ReceiptGen.Models[1], 100);
        ThriftReceipt judged = unjudged with { Routing = new RoutingRecord { Attempts = [new RoutingAttempt(1, "lune", CallOutcome.Served) { Score = 0.9 }] } };
        ThriftReceipt rejected = unjudged with { Routing = new RoutingRecord { Attempts = [new RoutingAttempt(1, "lune", CallOutcome.Rejected) { Score = 0.1 }] } };
        ThriftReceipt own = Some(ReceiptGen.Models[0], 100);
        double Proven(IEnumerable<ThriftReceipt> receipts) =>
            SavingsReport.Of(receipts.Append(own), new SavingsReportOptions { Catalog = Catalog }).Exposure.Substitutes.Single(s => s.Vendor == "acme").ProvenShare;

        Assert.Equal(0, Proven(Enumerable.Repeat(unjudged, 25)));
        Assert.Equal(0, Proven(Enumerable.Repeat(judged, 19)));
        Assert.Equal(0, Proven(Enumerable.Repeat(judged, 20).Concat(Enumerable.Repeat(rejected, 5))));

        SavingsReport report = SavingsReport.Of(Enumerable.Repeat(judged, 20).Append(own), new SavingsReportOptions { Catalog = Catalog });
        Assert.Equal(1, report.Exposure.Substitutes.Single(s => s.Vendor == "acme").ProvenShare);
        Assert.Equal(0, report.Exposure.Substitutes.Single(s => s.Vendor == "bolt").ProvenShare);
    }

    [Fact]
    public void Alternative_that_nobody_judged_is_never_a_saving_where_a_dearer_one_exists()
    {
        var catalog = new ModelCatalog(
        [
            ReceiptGen.Models[0] with { Prices = new ModelPrices(1_000_000, 1_000_000) },
            ReceiptGen.Models[1] with { Prices = new ModelPrices(100_000, 100_000) },
            ReceiptGen.Models[2] with { Prices = new ModelPrices(3_000_000, 3_000_000) },
            new ModelInfo("dearest") { Vendor = "gold", Prices = new ModelPrices(9_000_000, 9_000_000) },
        ]);
        ThriftReceipt own = Some(ReceiptGen.Models[0], 100) with { Spent = new NanoUsd(100_000), Baseline = new NanoUsd(100_000), Calls = [Some(ReceiptGen.Models[0], 100).Calls[0] with { Cost = new NanoUsd(100_000) }] };
        NanoUsd There(params string[] alternatives) =>
            SavingsReport.Of([own], new SavingsReportOptions { Catalog = catalog, Alternatives = alternatives }).Exposure.Substitutes.Single().AtAlternatives;

        Assert.Equal(new NanoUsd(300_000), There("lune", "river-2", "dearest"));
        Assert.Equal(new NanoUsd(10_000), There("lune"));
    }

    [Fact]
    public void Price_watch_tells_what_other_prices_do_to_the_period_and_to_each_task()
    {
        ModelInfo used = ReceiptGen.Models[0];
        ThriftReceipt small = Some(used, 100) with { Tasks = ["small"] };
        ThriftReceipt large = Some(used, 1000) with { Tasks = ["large"] };
        var catalog = new ModelCatalog(
        [
            used with { Prices = new ModelPrices(2_000_000, 2_000_000) },
            ReceiptGen.Models[1] with { Prices = new ModelPrices(500_000, 500_000), ContextTokens = 500 },
        ]);
        PriceWatch prices = SavingsReport.Of([small, large], new SavingsReportOptions { Catalog = catalog, Alternatives = [used.Id, "lune"] }).Prices;

        PriceChange change = Assert.Single(prices.Changes);
        Assert.Equal((new NanoUsd(1100), new NanoUsd(2_200_000)), (change.Spent, change.AtCatalogue!.Value));
        Assert.Equal(["large", "small"], prices.Tasks.Select(task => task.Task));
        Assert.Null(prices.Tasks[0].AtModels["lune"]);
        Assert.Equal(new NanoUsd(50_000), prices.Tasks[1].AtModels["lune"]);
        Assert.Equal(["gpt-x", "lune"], prices.Comparisons.Select(row => row.ModelId));
        Assert.Equal((1, new NanoUsd(100), new NanoUsd(50_000)), (prices.Comparisons[1].CallsItCanTake, prices.Comparisons[1].SpentOnThem, prices.Comparisons[1].AtListPrice));
    }

    [Fact]
    public void Audited_error_is_the_share_of_judged_audits_that_differed()
    {
        ThriftReceipt Audit(CacheAuditVerdict verdict) => Some(ReceiptGen.Models[0], 1) with { Cache = new CacheRecord { Reason = "miss-audit", Audit = verdict } };
        SavingsReport report = SavingsReport.Of([Some(ReceiptGen.Models[0], 1), Audit(CacheAuditVerdict.Same), Audit(CacheAuditVerdict.Same), Audit(CacheAuditVerdict.Same), Audit(CacheAuditVerdict.Different), Audit(CacheAuditVerdict.Unknown)]);
        Assert.Equal(new CacheAuditSum(3, 1, 1), report.CacheAudits);
        Assert.Equal(0.25, report.CacheAudits.ErrorRate);
        Assert.Contains("1 of the 4 that could be compared differed (audited error 25.0 %)", report.ToHtml(), StringComparison.Ordinal);
    }

    [Fact]
    public void Price_watch_warns_of_old_and_unknown_prices()
    {
        var catalog = new ModelCatalog([ReceiptGen.Models[0] with { Prices = new ModelPrices(1000, 1000), PricedOn = new DateOnly(2025, 1, 1) }]);
        SavingsReport report = SavingsReport.Of([Some(ReceiptGen.Models[0], 1), Some(ReceiptGen.Models[1], 1)], new SavingsReportOptions { Catalog = catalog });
        Assert.Contains(report.Prices.Warnings, warning => warning.Contains("gpt-x", StringComparison.Ordinal) && warning.Contains("days old", StringComparison.Ordinal));
        Assert.Contains(report.Prices.Warnings, warning => warning.Contains("lune is not in the catalogue", StringComparison.Ordinal));
    }

    [Fact]
    public void Tasks_of_one_name_stand_in_one_row()
    {
        ThriftReceipt one = Some(ReceiptGen.Models[0], 1) with { Tasks = [$"invoice-{Guid.NewGuid():N}", $"close-{Guid.NewGuid():N}"] };
        ThriftReceipt two = Some(ReceiptGen.Models[0], 1) with { Tasks = [$"invoice-{Guid.NewGuid():N}", $"close-{Guid.NewGuid():N}"], Cap = new TaskCap(new NanoUsd(500), null) };
        ReportGroup row = Assert.Single(SavingsReport.Of([one, two]).Tasks);
        Assert.Equal("close / invoice", row.Name);
        Assert.Equal(new NanoUsd(500), row.Cap!.Usd);
    }

    private static ThriftReceipt Some(ModelInfo model, long tokens) => new()
    {
        Id = "r",
        StartedAt = new DateTimeOffset(2026, 2, 1, 0, 0, 0, TimeSpan.Zero),
        Calls = [new CallRecord { ModelId = model.Id, Model = model, Usage = new TokenUsage(tokens, 0), Cost = new NanoUsd(tokens) }],
        Baseline = new NanoUsd(tokens),
        Spent = new NanoUsd(tokens),
        Savings = default(SavingsByLever),
    };

    [GeneratedRegex("data-figure=\"([^\"]+)\" data-value=\"(-?\\d+)\"")]
    private static partial Regex Figure();
}
