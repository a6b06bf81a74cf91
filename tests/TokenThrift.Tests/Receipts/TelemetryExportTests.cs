using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using TokenThrift.Budgets;
using TokenThrift.Caching;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.TestSupport;

namespace TokenThrift.Tests.Receipts;

/// <summary>What OpenTelemetry's own exporter gets is what docs/telemetry.md promises. Meters of one name are one to it, so nothing runs beside these tests.</summary>
[Collection(Alone)]
public sealed partial class TelemetryExportTests
{
    private const string Alone = "telemetry alone";

    [Fact]
    public void Every_instrument_is_exported_with_the_unit_kind_and_tags_of_the_documentation()
    {
        var exported = new List<Metric>();
        using ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        IMeterFactory factory = services.GetRequiredService<IMeterFactory>();
        using MeterProvider provider = Sdk.CreateMeterProviderBuilder().AddMeter(ThriftTelemetry.Name).AddInMemoryExporter(exported).Build();
        using var receipts = new ThriftMeters(factory);
        using var cache = new CacheMeters(factory);
        Feed(receipts, cache, new BudgetMeters(factory));
        provider.ForceFlush();

        Dictionary<string, (string Kind, string Unit, HashSet<string> Tags)> documented = Documented();
        Assert.Equal(documented.Keys.Order(StringComparer.Ordinal), exported.Select(metric => metric.Name).Order(StringComparer.Ordinal));
        Assert.All(exported, metric =>
        {
            (string kind, string unit, HashSet<string> tags) = documented[metric.Name];
            Assert.Equal(unit, metric.Unit);
            Assert.NotEmpty(metric.Description);
            Assert.Equal(kind, metric.MetricType switch { MetricType.LongSum => "counter", MetricType.LongSumNonMonotonic => "up-down counter", MetricType.Histogram => "histogram", _ => "other" });
            Assert.Equal(tags.Order(StringComparer.Ordinal), TagsOf(metric).Order(StringComparer.Ordinal));
        });
        Assert.Equal(40, Sum("tokenthrift.spent"));
        Assert.Equal(100, Sum("tokenthrift.baseline"));
        Assert.Equal(60, Sum("tokenthrift.saved"));
        Assert.Equal(2 * 330, Sum("tokenthrift.tokens"));
        Assert.Equal(7, Sum("tokenthrift.budget.overrun"));
        Assert.Equal(0, Sum("tokenthrift.budget.held"));
        Assert.Equal(17, Sum("tokenthrift.budget.posted"));

        long Sum(string name) => Points(exported.Single(metric => metric.Name == name)).Sum(point => point.GetSumLong());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Activity_is_exported_with_figures_and_without_content(bool streamed)
    {
        var exported = new List<Activity>();
        using TracerProvider provider = Sdk.CreateTracerProviderBuilder().AddSource(ThriftTelemetry.Name).AddInMemoryExporter(exported).Build();
        var bed = new ReceiptTestBed(new ScriptedChatClient("a secret answer"));
        await bed.Client.AskAsync(streamed, [new ChatMessage(ChatRole.User, "a secret question")]);
        provider.ForceFlush();

        Activity activity = Assert.Single(exported);
        Assert.Equal("tokenthrift.request", activity.OperationName);
        Assert.Equal(bed.Last.Spent!.Value.Value, activity.GetTagItem("tokenthrift.spent"));
        Assert.Equal(bed.Last.Id, activity.GetTagItem("tokenthrift.receipt.id"));
        Assert.DoesNotContain(activity.TagObjects, tag => $"{tag.Value}".Contains("secret", StringComparison.Ordinal));
    }

    private static void Feed(ThriftMeters receipts, CacheMeters cache, BudgetMeters budgets)
    {
        var receipt = new ThriftReceipt
        {
            Id = "r",
            Duration = TimeSpan.FromSeconds(1),
            Calls =
            [
                new CallRecord { ModelId = "m", ServedModelId = "m-1", Usage = new TokenUsage(100, 20) { CachedInput = 10, CacheWrite = 5, Reasoning = 4 }, CountedInputTokens = 90, Cost = new NanoUsd(30), Duration = TimeSpan.FromSeconds(1) },
                new CallRecord { ModelId = "m", ServedModelId = "m-1", Usage = new TokenUsage(200, 10), CountedInputTokens = 200, IsEstimated = true, Cost = new NanoUsd(10) },
            ],
            Cache = new CacheRecord { Tier = CacheTier.Semantic, EstimatedError = 0.01 },
            Compressions = [new CompressionRecord { TokensBefore = 10, TokensAfter = 4 }],
            Baseline = new NanoUsd(100),
            Spent = new NanoUsd(40),
            Savings = new SavingsByLever(new(70), default, default, default, new(-10)),
        };
        receipts.Record(receipt);
        receipts.Record(receipt with { Spent = null, Cache = null });
        cache.Outcome(CacheTier.Exact, "hit");
        cache.NotStored("size");
        cache.Audit("same");
        cache.Verdict("accepted");
        cache.ReportedWrong(CacheTier.Exact);
        cache.Recalled(3);
        cache.Fault("probe");
        budgets.Held(new BudgetAmounts { Usd = new NanoUsd(10) });
        budgets.Ended(new BudgetAmounts { Usd = new NanoUsd(10) }, new BudgetAmounts { Usd = new NanoUsd(17) });
        budgets.Refused(null);
    }

    private static HashSet<string> TagsOf(Metric metric)
    {
        var tags = new HashSet<string>(StringComparer.Ordinal);
        foreach (MetricPoint point in Points(metric))
        {
            foreach (KeyValuePair<string, object?> tag in point.Tags)
            {
                tags.Add(tag.Key);
            }
        }

        return tags;
    }

    private static List<MetricPoint> Points(Metric metric)
    {
        var points = new List<MetricPoint>();
        foreach (ref readonly MetricPoint point in metric.GetMetricPoints())
        {
            points.Add(point);
        }

        return points;
    }

    private static Dictionary<string, (string Kind, string Unit, HashSet<string> Tags)> Documented()
    {
        var documented = new Dictionary<string, (string Kind, string Unit, HashSet<string> Tags)>(StringComparer.Ordinal);
        foreach (Match row in Row().Matches(File.ReadAllText(Page())))
        {
            string[] tags = [.. Code().Matches(row.Groups[4].Value).Select(tag => tag.Groups[1].Value)];
            documented[row.Groups[1].Value] = (row.Groups[2].Value, row.Groups[3].Value, tags is ["tokenthrift.calls"] ? documented["tokenthrift.calls"].Tags : [.. tags]);
        }

        return documented;
    }

    private static string Page()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string page = Path.Combine(folder.FullName, "docs", "telemetry.md");
            if (File.Exists(page))
            {
                return page;
            }
        }

        throw new FileNotFoundException("docs/telemetry.md was not found above the test's folder.");
    }

    [GeneratedRegex(@"^\| `(tokenthrift\.[a-z_.]+)` \| (counter|up-down counter|histogram) \| `([^`]+)` \|(.*)\|\r?$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`([a-z_.]+)`")]
    private static partial Regex Code();

    [CollectionDefinition(Alone, DisableParallelization = true)]
    public sealed class NothingBeside;
}
