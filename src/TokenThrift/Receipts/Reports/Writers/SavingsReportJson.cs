using System.Buffers;
using System.Text;
using System.Text.Json;
using TokenThrift.Models;

namespace TokenThrift.Receipts;

/// <summary>Writes a report as JSON. Money is whole nano-dollars, shares are 0 to 1.</summary>
internal static class SavingsReportJson
{
    public static string Write(SavingsReport report)
    {
        var buffer = new ArrayBufferWriter<byte>(16 * 1024);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            Write(json, report);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, SavingsReport report)
    {
        json.WriteStartObject();
        json.WriteNumber("version", 1);
        json.WriteString("title", report.Title);
        Time(json, "from", report.From);
        Time(json, "to", report.To);
        json.WriteStartObject("total");
        Sum(json, report.Total);
        json.WriteEndObject();
        json.WriteNumber("failedRequests", report.FailedRequests);
        json.WriteNumber("audits", report.Audits);
        json.WriteStartObject("cacheAudits");
        json.WriteNumber("same", report.CacheAudits.Same);
        json.WriteNumber("different", report.CacheAudits.Different);
        json.WriteNumber("unknown", report.CacheAudits.Unknown);
        json.WriteEndObject();
        json.WriteNumber("tokensBeforeCompression", report.TokensBeforeCompression);
        json.WriteNumber("tokensAfterCompression", report.TokensAfterCompression);
        Groups(json, "tasks", report.Tasks);
        Groups(json, "tenants", report.Tenants);
        Groups(json, "days", report.Days);
        List(json, "series", report.Series, point =>
        {
            Time(json, "at", point.At);
            Money(json, "baseline", point.Baseline);
            Money(json, "spent", point.Spent);
            json.WriteNumber("tokens", point.Tokens);
        });
        List(json, "cache", report.CacheOutcomes, outcome =>
        {
            json.WriteString("tier", outcome.Tier);
            json.WriteString("reason", outcome.Reason);
            json.WriteNumber("requests", outcome.Requests);
            json.WriteNumber("estimatedErrors", outcome.EstimatedErrors);
        });
        List(json, "flows", report.Flows, flow =>
        {
            json.WriteString("requested", flow.Requested);
            json.WriteString("served", flow.Served);
            Sum(json, flow.Sum);
        });
        Exposure(json, report.Exposure);
        Prices(json, report.Prices);
        List(json, "dearest", report.Dearest, receipt =>
        {
            json.WriteString("id", receipt.Id);
            Time(json, "at", receipt.StartedAt);
            json.WriteString("task", TaskNames.Of(receipt));
            json.WriteString("tenant", receipt.Identity.Tenant);
            json.WriteNumber("calls", receipt.Calls.Count);
            Money(json, "baseline", receipt.Baseline);
            Money(json, "spent", receipt.Spent);
        });
        json.WriteEndObject();
    }

    private static void Exposure(Utf8JsonWriter json, ExposureReport exposure)
    {
        json.WriteStartObject("exposure");
        List(json, "axes", exposure.Axes, axis =>
        {
            json.WriteString("name", axis.Name);
            json.WriteNumber("spendConcentration", Math.Round(axis.SpendConcentration, 3));
            json.WriteNumber("tokenConcentration", Math.Round(axis.TokenConcentration, 3));
            json.WriteNumber("unknownTokenShare", axis.UnknownTokenShare);
            List(json, "shares", axis.Shares, share =>
            {
                json.WriteString("name", share.Name);
                Traffic(json, share.Sum);
                json.WriteNumber("tokenShare", share.TokenShare);
                json.WriteNumber("spendShare", share.SpendShare);
            });
        });
        List(json, "trend", exposure.Trend, point =>
        {
            json.WriteString("day", point.Day.ToString("O", System.Globalization.CultureInfo.InvariantCulture));
            json.WriteNumber("vendorConcentration", Math.Round(point.VendorConcentration, 3));
        });
        List(json, "substitutes", exposure.Substitutes, row =>
        {
            json.WriteString("vendor", row.Vendor);
            json.WriteNumber("calls", row.Calls);
            json.WriteNumber("provenShare", row.ProvenShare);
            json.WriteNumber("ableShare", row.AbleShare);
            Money(json, "spent", row.Spent);
            Money(json, "atAlternatives", row.AtAlternatives);
        });
        List(json, "drills", exposure.Drills, drill =>
        {
            json.WriteString("name", drill.Name);
            json.WriteNumber("callsAffected", drill.CallsAffected);
            json.WriteNumber("callsUnserved", drill.CallsUnserved);
            json.WriteNumber("callsUnproven", drill.CallsUnproven);
            Money(json, "spent", drill.Spent);
            Money(json, "cost", drill.Cost);
            Money(json, "unservedSpent", drill.UnservedSpent);
        });
        json.WriteNumber("violationsPrevented", exposure.ViolationsPrevented);
        json.WriteStartArray("alternatives");
        foreach (string model in exposure.Alternatives)
        {
            json.WriteStringValue(model);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Prices(Utf8JsonWriter json, PriceWatch prices)
    {
        json.WriteStartObject("prices");
        List(json, "comparisons", prices.Comparisons, row =>
        {
            json.WriteString("model", row.ModelId);
            json.WriteString("vendor", row.Vendor);
            json.WriteString("pricedOn", row.PricedOn?.ToString("O", System.Globalization.CultureInfo.InvariantCulture));
            json.WriteNumber("inputPicoUsd", row.Input);
            json.WriteNumber("outputPicoUsd", row.Output);
            json.WriteNumber("calls", row.CallsItCanTake);
            Money(json, "spent", row.SpentOnThem);
            Money(json, "atListPrice", row.AtListPrice);
        });
        List(json, "tasks", prices.Tasks, row =>
        {
            json.WriteString("task", row.Task);
            json.WriteNumber("calls", row.Calls);
            Money(json, "spent", row.Spent);
            json.WriteStartObject("atModels");
            foreach ((string model, NanoUsd? cost) in row.AtModels)
            {
                Money(json, model, cost);
            }

            json.WriteEndObject();
        });
        List(json, "changes", prices.Changes, row =>
        {
            json.WriteString("model", row.ModelId);
            Money(json, "spent", row.Spent);
            Money(json, "atCatalogue", row.AtCatalogue);
        });
        json.WriteStartArray("warnings");
        foreach (string warning in prices.Warnings)
        {
            json.WriteStringValue(warning);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Groups(Utf8JsonWriter json, string name, IReadOnlyList<ReportGroup> groups) => List(json, name, groups, group =>
    {
        json.WriteString("name", group.Name);
        Sum(json, group.Sum);
        Money(json, "capUsd", group.Cap?.Usd);
        if (group.Cap?.Tokens is { } tokens)
        {
            json.WriteNumber("capTokens", tokens);
        }
    });

    private static void Sum(Utf8JsonWriter json, SavingsSummary sum)
    {
        json.WriteNumber("requests", sum.Requests);
        json.WriteNumber("calls", sum.Calls);
        json.WriteNumber("cacheHits", sum.CacheHits);
        Money(json, "baseline", sum.Baseline);
        Money(json, "spent", sum.Spent);
        Money(json, "saved", sum.Savings.Total);
        json.WriteStartObject("byLever");
        Money(json, "cache", sum.Savings.Cache);
        Money(json, "compression", sum.Savings.Compression);
        Money(json, "routing", sum.Savings.Routing);
        Money(json, "providerCache", sum.Savings.ProviderCache);
        Money(json, "overhead", sum.Savings.Overhead);
        json.WriteEndObject();
        Usage(json, sum.Usage);
        json.WriteNumber("estimatedCalls", sum.EstimatedCalls);
        json.WriteNumber("unpricedRequests", sum.UnpricedRequests);
    }

    private static void Traffic(Utf8JsonWriter json, TrafficSum sum)
    {
        json.WriteNumber("calls", sum.Calls);
        Money(json, "spent", sum.Spent);
        Usage(json, sum.Usage);
        json.WriteNumber("estimatedCalls", sum.EstimatedCalls);
        json.WriteNumber("unpricedCalls", sum.UnpricedCalls);
    }

    private static void Usage(Utf8JsonWriter json, TokenUsage usage)
    {
        json.WriteStartObject("tokens");
        json.WriteNumber("input", usage.Input);
        json.WriteNumber("cachedInput", usage.CachedInput);
        json.WriteNumber("cacheWrite", usage.CacheWrite);
        json.WriteNumber("output", usage.Output);
        json.WriteNumber("reasoning", usage.Reasoning);
        json.WriteEndObject();
    }

    private static void List<T>(Utf8JsonWriter json, string name, IReadOnlyList<T> rows, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (T row in rows)
        {
            json.WriteStartObject();
            write(row);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Time(Utf8JsonWriter json, string name, DateTimeOffset? at)
    {
        if (at is { } time)
        {
            json.WriteString(name, time.UtcDateTime);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void Money(Utf8JsonWriter json, string name, NanoUsd? amount)
    {
        if (amount is { } known)
        {
            json.WriteNumber(name, known.Value);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
