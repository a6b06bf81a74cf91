using System.Text.Json;

namespace TokenThrift.Receipts;

/// <content>What the rooms said of a request: cache, compression, routing.</content>
internal sealed partial class ReceiptJsonReader
{
    private CacheRecord Cache(ref Utf8JsonReader json)
    {
        var cache = new CacheRecord();
        while (Next(ref json, out string name))
        {
            cache = name switch
            {
                "tier" => cache with { Tier = TagNames.Tier(Text(ref json)) },
                "reason" => cache with { Reason = Text(ref json) },
                "similarity" => cache with { Similarity = json.GetDouble() },
                "estimatedError" => cache with { EstimatedError = json.GetDouble() },
                "audit" => cache with { Audit = TagNames.Verdict(Text(ref json)) },
                "ageMs" => cache with { Age = Duration(ref json) },
                "entry" => cache with { EntryId = json.GetString() },
                "saved" => cache with { SavedUsage = Usage(ref json) },
                "model" => cache with { ModelId = Text(ref json) },
                _ => Skip(ref json, cache),
            };
        }

        return cache;
    }

    private List<CompressionRecord> Compressions(ref Utf8JsonReader json)
    {
        var compressions = new List<CompressionRecord>(1);
        while (json.Read() && json.TokenType == JsonTokenType.StartObject)
        {
            var compression = new CompressionRecord();
            while (Next(ref json, out string name))
            {
                compression = name switch
                {
                    "attempt" => compression with { Attempt = json.GetInt32() },
                    "before" => compression with { TokensBefore = json.GetInt64() },
                    "after" => compression with { TokensAfter = json.GetInt64() },
                    "passes" => compression with { ByPass = Passes(ref json) },
                    "epoch" => compression with { Epoch = Text(ref json) },
                    _ => Skip(ref json, compression),
                };
            }

            compressions.Add(compression);
        }

        return compressions;
    }

    private RoutingRecord Routing(ref Utf8JsonReader json)
    {
        var routing = new RoutingRecord();
        while (Next(ref json, out string name))
        {
            routing = name switch
            {
                "requested" => routing with { RequestedModelId = Text(ref json) },
                "chosen" => routing with { ChosenModelId = Text(ref json) },
                "served" => routing with { ServedModelId = Text(ref json) },
                "reason" => routing with { Reason = Text(ref json) },
                "degraded" => routing with { IsDegraded = json.GetBoolean() },
                "excluded" => routing with { Excluded = Excluded(ref json) },
                "attempts" => routing with { Attempts = Attempts(ref json) },
                _ => Skip(ref json, routing),
            };
        }

        return routing;
    }

    private List<RoutingAttempt> Attempts(ref Utf8JsonReader json)
    {
        var attempts = new List<RoutingAttempt>(1);
        while (json.Read() && json.TokenType == JsonTokenType.StartObject)
        {
            var attempt = new RoutingAttempt(0, string.Empty, CallOutcome.Served);
            while (Next(ref json, out string name))
            {
                attempt = name switch
                {
                    "attempt" => attempt with { Attempt = json.GetInt32() },
                    "model" => attempt with { ModelId = Text(ref json) ?? string.Empty },
                    "outcome" => attempt with { Outcome = TagNames.Outcome(Text(ref json)) },
                    "reason" => attempt with { Reason = Text(ref json) },
                    "score" => attempt with { Score = json.GetDouble() },
                    _ => Skip(ref json, attempt),
                };
            }

            attempts.Add(attempt);
        }

        return attempts;
    }

    private Dictionary<string, long> Passes(ref Utf8JsonReader json)
    {
        var passes = new Dictionary<string, long>(StringComparer.Ordinal);
        while (Next(ref json, out string name))
        {
            passes[name] = json.GetInt64();
        }

        return passes;
    }

    private Dictionary<string, string> Excluded(ref Utf8JsonReader json)
    {
        var excluded = new Dictionary<string, string>(StringComparer.Ordinal);
        while (Next(ref json, out string name))
        {
            excluded[name] = Text(ref json) ?? string.Empty;
        }

        return excluded;
    }
}
