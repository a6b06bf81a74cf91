using System.Text.Json;
using System.Text.Json.Nodes;
using TokenThrift.Samples.MonthEndClose.Columns;

namespace TokenThrift.Samples.MonthEndClose.Output;

/// <summary>The comparison as one JSON object on one line.</summary>
internal static class JsonReport
{
    public static string Of(Comparison comparison) => new JsonObject
    {
        ["seed"] = comparison.Seed,
        ["columns"] = new JsonObject(comparison.Columns.Select(x => KeyValuePair.Create(x.Key, (JsonNode?)Column(x.Result)))),
        ["seconds"] = Math.Round(comparison.Seconds, 2),
    }.ToJsonString(JsonSerializerOptions.Web);

    private static JsonObject Column(ColumnResult result) => new()
    {
        ["calls"] = result.Totals.Calls,
        ["inputTokens"] = result.Totals.InputTokens,
        ["cachedTokens"] = result.Totals.CachedTokens,
        ["outputTokens"] = result.Totals.OutputTokens,
        ["usd"] = result.Totals.Usd,
        ["tasksPassed"] = result.TasksPassed,
    };
}
