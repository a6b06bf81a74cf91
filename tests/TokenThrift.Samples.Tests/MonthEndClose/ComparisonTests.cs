using System.Text.Json;
using TokenThrift.Samples.MonthEndClose.Columns;
using TokenThrift.Samples.MonthEndClose.Output;

namespace TokenThrift.Samples.Tests.MonthEndClose;

/// <summary>The tests read the result of one run of the whole sample.</summary>
[Collection(OneRun.Name)]
public class ComparisonTests(OneRun run)
{
    private Comparison Comparison => run.Comparison;

    [Fact]
    public void What_passes_without_passes_with() =>
        Assert.Equal([], Comparison.Lost.Select(x => $"{x.Name}: {x.Reason}"));

    [Fact]
    public void Every_way_with_TokenThrift_costs_less()
    {
        Assert.True(Comparison.CompressionAndCache!.Totals.Usd < Comparison.StrongOnly.Totals.Usd);
        Assert.True(Comparison.Thrifty.Totals.Usd < Comparison.CompressionAndCache.Totals.Usd);
    }

    [Fact]
    public void Receipts_agree_with_the_provider_s_bill_but_for_rounding_up()
    {
        decimal difference = Comparison.Receipts.Spent.Usd - Comparison.Thrifty.Totals.Usd;

        Assert.InRange(difference, 0, Comparison.Thrifty.Totals.Calls * 0.000000001m);
    }

    [Fact]
    public void Levers_add_up_to_the_saving() =>
        Assert.Equal(Comparison.Receipts.Baseline - Comparison.Receipts.Spent, Comparison.Receipts.Savings.Total);

    [Fact]
    public void No_budget_is_overspent() => Assert.Equal(0, Comparison.OverspendUsd);

    [Fact]
    public void The_starved_task_ends_with_a_usable_part_and_an_exact_receipt()
    {
        StarvedTaskResult starved = Comparison.Starved!;

        Assert.True(starved.Task.Passed, starved.Task.Reason);
        Assert.InRange(starved.EntitiesCovered, 1, starved.EntitiesAsked - 1);
        Assert.InRange(starved.ReceiptUsd - starved.Task.Bill.Usd, 0, starved.Task.Bill.Calls * 0.000000001m);
    }

    [Fact]
    public void The_report_in_JSON_has_the_promised_fields()
    {
        using JsonDocument report = JsonDocument.Parse(JsonReport.Of(Comparison));
        JsonElement root = report.RootElement;

        Assert.Equal(
            ["strongOnly", "cheapestSinglePassing", "hindsightBestPerTask", "compressionAndCache", "tokenthrift"],
            root.GetProperty("columns").EnumerateObject().Select(x => x.Name));
        Assert.All(root.GetProperty("columns").EnumerateObject(), column => Assert.Equal(
            ["calls", "inputTokens", "cachedTokens", "outputTokens", "usd", "tasksPassed"], column.Value.EnumerateObject().Select(x => x.Name)));
        Assert.All(root.GetProperty("tasks").EnumerateArray(), task => Assert.Equal(
            ["name", "limitUsd", "spentUsd", "passedWithout", "passedWith"], task.EnumerateObject().Select(x => x.Name)));
        Assert.Equal(["cache", "compression", "routing", "providerCache", "overhead"], root.GetProperty("byLever").EnumerateObject().Select(x => x.Name));
        Assert.Equal((1, 0), (root.GetProperty("seed").GetInt32(), root.GetProperty("overspendUsd").GetDecimal()));
        Assert.True(root.GetProperty("seconds").GetDouble() > 0);
    }
}
