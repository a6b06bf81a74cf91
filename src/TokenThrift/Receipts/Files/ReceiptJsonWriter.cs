using System.Text.Json;
using TokenThrift.Models;

namespace TokenThrift.Receipts;

/// <summary>Writes the JSON of a receipt by hand: no reflection, and the members stay what they were.</summary>
internal static class ReceiptJsonWriter
{
    private const decimal TicksPerMillisecond = TimeSpan.TicksPerMillisecond;

    public static void Write(Utf8JsonWriter json, ThriftReceipt receipt)
    {
        json.WriteStartObject();
        json.WriteNumber("v", ReceiptJson.Version);
        json.WriteString("id", receipt.Id);
        json.WriteString("at", receipt.StartedAt.UtcDateTime);
        Duration(json, receipt.Duration);
        Text(json, "tenant", receipt.Identity.Tenant);
        Text(json, "user", receipt.Identity.User);
        Text(json, "session", receipt.Identity.Session);
        Text(json, "task", receipt.Identity.Task);
        Strings(json, "tasks", receipt.Tasks);
        if (receipt.Cap is { } cap)
        {
            json.WriteStartObject("cap");
            Money(json, "usd", cap.Usd);
            if (cap.Tokens is { } tokens)
            {
                json.WriteNumber("tokens", tokens);
            }

            json.WriteEndObject();
        }

        Text(json, "reference", receipt.ReferenceModelId);
        Money(json, "baseline", receipt.Baseline);
        Money(json, "spent", receipt.Spent);
        if (receipt.Savings is { } savings)
        {
            json.WriteStartObject("savings");
            Money(json, "cache", savings.Cache);
            Money(json, "compression", savings.Compression);
            Money(json, "routing", savings.Routing);
            Money(json, "providerCache", savings.ProviderCache);
            Money(json, "overhead", savings.Overhead);
            json.WriteEndObject();
        }

        Text(json, "prices", receipt.PriceVersion);
        Text(json, "error", receipt.Error);
        Calls(json, receipt.Calls);
        Cache(json, receipt.Cache);
        Compressions(json, receipt.Compressions);
        Routing(json, receipt.Routing);
        if (receipt.Content is { } content)
        {
            json.WriteStartObject("content");
            json.WriteString("prompt", content.Prompt);
            json.WriteString("answer", content.Answer);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void Calls(Utf8JsonWriter json, IReadOnlyList<CallRecord> calls)
    {
        if (calls.Count == 0)
        {
            return;
        }

        json.WriteStartArray("calls");
        foreach (CallRecord call in calls)
        {
            json.WriteStartObject();
            Number(json, "attempt", call.Attempt);
            json.WriteString("purpose", TagNames.Of(call.Purpose));
            json.WriteString("outcome", TagNames.Of(call.Outcome));
            Text(json, "model", call.ModelId);
            Text(json, "served", call.ServedModelId);
            if (call.Model is { } model)
            {
                Text(json, "known", model.Id);
                Text(json, "vendor", model.Vendor);
                Text(json, "jurisdiction", model.Jurisdiction);
                Text(json, "origin", model.Origin);
                Text(json, "region", model.Region);
            }

            Usage(json, "usage", call.Usage);
            Number(json, "counted", call.CountedInputTokens);
            Flag(json, "estimated", call.IsEstimated);
            Flag(json, "unbilled", call.IsUnbilled);
            Money(json, "cost", call.Cost);
            Money(json, "held", call.Held);
            Money(json, "settled", call.Settled);
            Text(json, "needs", call.Needs == ModelCapabilities.None ? null : call.Needs.ToString());
            Text(json, "reason", call.Reason);
            Text(json, "finish", call.FinishReason);
            Duration(json, call.Duration);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Cache(Utf8JsonWriter json, CacheRecord? cache)
    {
        if (cache is null)
        {
            return;
        }

        json.WriteStartObject("cache");
        json.WriteString("tier", TagNames.Of(cache.Tier));
        Text(json, "reason", cache.Reason);
        Fraction(json, "similarity", cache.Similarity);
        Fraction(json, "estimatedError", cache.EstimatedError);
        Text(json, "audit", cache.Audit is { } audit ? TagNames.Of(audit) : null);
        if (cache.Age is { } age)
        {
            json.WriteNumber("ageMs", age.Ticks / TicksPerMillisecond);
        }

        Text(json, "entry", cache.EntryId);
        if (cache.SavedUsage is { } saved)
        {
            Usage(json, "saved", saved);
        }

        Text(json, "model", cache.ModelId);
        json.WriteEndObject();
    }

    private static void Compressions(Utf8JsonWriter json, IReadOnlyList<CompressionRecord> compressions)
    {
        if (compressions.Count == 0)
        {
            return;
        }

        json.WriteStartArray("compressions");
        foreach (CompressionRecord compression in compressions)
        {
            json.WriteStartObject();
            Number(json, "attempt", compression.Attempt);
            json.WriteNumber("before", compression.TokensBefore);
            json.WriteNumber("after", compression.TokensAfter);
            if (compression.ByPass.Count > 0)
            {
                json.WriteStartObject("passes");
                foreach ((string pass, long tokens) in compression.ByPass)
                {
                    json.WriteNumber(pass, tokens);
                }

                json.WriteEndObject();
            }

            Text(json, "epoch", compression.Epoch);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Routing(Utf8JsonWriter json, RoutingRecord? routing)
    {
        if (routing is null)
        {
            return;
        }

        json.WriteStartObject("routing");
        Text(json, "requested", routing.RequestedModelId);
        Text(json, "chosen", routing.ChosenModelId);
        Text(json, "served", routing.ServedModelId);
        Text(json, "reason", routing.Reason);
        Flag(json, "degraded", routing.IsDegraded);
        if (routing.Excluded.Count > 0)
        {
            json.WriteStartObject("excluded");
            foreach ((string model, string why) in routing.Excluded)
            {
                json.WriteString(model, why);
            }

            json.WriteEndObject();
        }

        if (routing.Attempts.Count > 0)
        {
            json.WriteStartArray("attempts");
            foreach (RoutingAttempt attempt in routing.Attempts)
            {
                json.WriteStartObject();
                json.WriteNumber("attempt", attempt.Attempt);
                json.WriteString("model", attempt.ModelId);
                json.WriteString("outcome", TagNames.Of(attempt.Outcome));
                Text(json, "reason", attempt.Reason);
                Fraction(json, "score", attempt.Score);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void Usage(Utf8JsonWriter json, string name, TokenUsage usage)
    {
        json.WriteStartObject(name);
        json.WriteNumber("in", usage.Input);
        json.WriteNumber("out", usage.Output);
        Number(json, "cached", usage.CachedInput);
        Number(json, "written", usage.CacheWrite);
        Number(json, "reasoning", usage.Reasoning);
        json.WriteEndObject();
    }

    private static void Text(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static void Strings(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        if (values.Count > 0)
        {
            json.WriteStartArray(name);
            foreach (string value in values)
            {
                json.WriteStringValue(value);
            }

            json.WriteEndArray();
        }
    }

    private static void Money(Utf8JsonWriter json, string name, NanoUsd? value)
    {
        if (value is { } amount)
        {
            json.WriteNumber(name, amount.Value);
        }
    }

    private static void Number(Utf8JsonWriter json, string name, long value)
    {
        if (value != 0)
        {
            json.WriteNumber(name, value);
        }
    }

    private static void Fraction(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number))
        {
            json.WriteNumber(name, number);
        }
    }

    private static void Flag(Utf8JsonWriter json, string name, bool value)
    {
        if (value)
        {
            json.WriteBoolean(name, true);
        }
    }

    private static void Duration(Utf8JsonWriter json, TimeSpan duration) => json.WriteNumber("ms", duration.Ticks / TicksPerMillisecond);
}
