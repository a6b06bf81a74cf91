using System.Text.Json;
using System.Text.Json.Nodes;
using TokenThrift.Receipts;
using TokenThrift.Samples.MonthEndClose.Columns;

namespace TokenThrift.Samples.MonthEndClose.Output;

/// <summary>The comparison as one JSON object on one line.</summary>
internal static class JsonReport
{
    public static string Of(Comparison comparison)
    {
        JsonObject report = Report(comparison);
        if (comparison.Starved is { } starved)
        {
            report["starved"] = Starved(starved);
        }

        return report.ToJsonString(JsonSerializerOptions.Web);
    }

    private static JsonObject Report(Comparison comparison) => new()
    {
        ["seed"] = comparison.Seed,
        ["columns"] = new JsonObject(comparison.Columns.Select(x => KeyValuePair.Create(x.Key, (JsonNode?)Column(x.Result)))),
        ["tasks"] = new JsonArray([.. comparison.StrongOnly.Tasks.Zip(comparison.Thrifty.Tasks).Select(JsonNode (x) => Task(x.First, x.Second))]),
        ["byLever"] = Levers(comparison.Receipts.Savings),
        ["overspendUsd"] = comparison.OverspendUsd,
        ["seconds"] = Math.Round(comparison.Seconds, 2),
    };

    private static JsonObject Column(ColumnResult result) => new()
    {
        ["calls"] = result.Totals.Calls,
        ["inputTokens"] = result.Totals.InputTokens,
        ["cachedTokens"] = result.Totals.CachedTokens,
        ["outputTokens"] = result.Totals.OutputTokens,
        ["usd"] = result.Totals.Usd,
        ["tasksPassed"] = result.TasksPassed,
    };

    private static JsonObject Task(TaskResult without, TaskResult with) => new JsonObject
    {
        ["name"] = with.Name,
        ["limitUsd"] = with.LimitUsd,
        ["spentUsd"] = with.Bill.Usd,
        ["passedWithout"] = without.Passed,
        ["passedWith"] = with.Passed,
    };

    private static JsonObject Levers(SavingsByLever savings) => new()
    {
        ["cache"] = savings.Cache.Usd,
        ["compression"] = savings.Compression.Usd,
        ["routing"] = savings.Routing.Usd,
        ["providerCache"] = savings.ProviderCache.Usd,
        ["overhead"] = savings.Overhead.Usd,
    };

    private static JsonObject Starved(StarvedTaskResult starved) => new()
    {
        ["name"] = starved.Task.Name,
        ["limitUsd"] = starved.Task.LimitUsd,
        ["spentUsd"] = starved.Task.Bill.Usd,
        ["receiptUsd"] = starved.ReceiptUsd,
        ["answerIsRight"] = starved.Task.Passed,
        ["covered"] = starved.EntitiesCovered,
        ["asked"] = starved.EntitiesAsked,
    };
}
