using System.Text.Json;
using TokenThrift.Models;
using TokenThrift.Requests;

namespace TokenThrift.Receipts;

/// <summary>Reads the JSON of receipts by hand. Keeps the strings and models that repeat, so reading many is cheap. Not safe for concurrent use.</summary>
internal sealed partial class ReceiptJsonReader
{
    private readonly ReceiptNamePool _names = new();
    private readonly Dictionary<ModelInfo, ModelInfo> _models = [];

    public ThriftReceipt Read(ReadOnlySpan<byte> utf8)
    {
        try
        {
            var json = new Utf8JsonReader(utf8);
            json.Read();
            if (json.TokenType != JsonTokenType.StartObject)
            {
                throw new ReceiptFormatException("not a receipt: a JSON object was expected.");
            }

            ThriftReceipt receipt = Receipt(ref json);
            return receipt.Id.Length > 0 ? receipt : throw new ReceiptFormatException("not a receipt: it has no id.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException and not ReceiptFormatException or OverflowException)
        {
            throw new ReceiptFormatException("cut off or not a receipt: " + e.Message.Split('.')[0] + ".", e);
        }
    }

    private ThriftReceipt Receipt(ref Utf8JsonReader json)
    {
        var receipt = new ThriftReceipt { Id = string.Empty };
        var identity = RequestIdentity.Anonymous;
        bool versioned = false;
        while (Next(ref json, out string name))
        {
            switch (name)
            {
                case "v":
                    int version = json.GetInt32();
                    versioned = version is > 0 and <= ReceiptJson.Version ? true : throw new ReceiptFormatException(
                        $"written by a later version of TokenThrift (format {version}; this one reads up to {ReceiptJson.Version}). Update, and read it again.");
                    break;
                case "id": receipt = receipt with { Id = json.GetString() ?? string.Empty }; break;
                case "at": receipt = receipt with { StartedAt = json.GetDateTimeOffset() }; break;
                case "ms": receipt = receipt with { Duration = Duration(ref json) }; break;
                case "tenant": identity = identity with { Tenant = Text(ref json) }; break;
                case "user": identity = identity with { User = Text(ref json) }; break;
                case "session": identity = identity with { Session = Text(ref json) }; break;
                case "task": identity = identity with { Task = Text(ref json) }; break;
                case "tasks": receipt = receipt with { Tasks = Strings(ref json) }; break;
                case "cap": receipt = receipt with { Cap = Cap(ref json) }; break;
                case "reference": receipt = receipt with { ReferenceModelId = Text(ref json) }; break;
                case "baseline": receipt = receipt with { Baseline = new NanoUsd(json.GetInt64()) }; break;
                case "spent": receipt = receipt with { Spent = new NanoUsd(json.GetInt64()) }; break;
                case "savings": receipt = receipt with { Savings = Savings(ref json) }; break;
                case "prices": receipt = receipt with { PriceVersion = Text(ref json) }; break;
                case "error": receipt = receipt with { Error = Text(ref json) }; break;
                case "calls": receipt = receipt with { Calls = Calls(ref json) }; break;
                case "cache": receipt = receipt with { Cache = Cache(ref json) }; break;
                case "compressions": receipt = receipt with { Compressions = Compressions(ref json) }; break;
                case "routing": receipt = receipt with { Routing = Routing(ref json) }; break;
                case "content": receipt = receipt with { Content = Content(ref json) }; break;
                default: json.Skip(); break;
            }
        }

        return versioned ? receipt with { Identity = identity } : throw new ReceiptFormatException("not a receipt: it has no version.");
    }

    private List<CallRecord> Calls(ref Utf8JsonReader json)
    {
        var calls = new List<CallRecord>(1);
        while (json.Read() && json.TokenType == JsonTokenType.StartObject)
        {
            calls.Add(Call(ref json));
        }

        return calls;
    }

    private CallRecord Call(ref Utf8JsonReader json)
    {
        int attempt = 0;
        long counted = 0;
        string? model = null, served = null, known = null, vendor = null, jurisdiction = null, origin = null, region = null, reason = null, finish = null;
        string purpose = string.Empty, outcome = string.Empty;
        bool estimated = false, unbilled = false;
        NanoUsd? cost = null, held = null, settled = null;
        ModelCapabilities needs = ModelCapabilities.None;
        TokenUsage usage = default;
        TimeSpan duration = default;
        while (Next(ref json, out string name))
        {
            switch (name)
            {
                case "attempt": attempt = json.GetInt32(); break;
                case "purpose": purpose = Text(ref json) ?? string.Empty; break;
                case "outcome": outcome = Text(ref json) ?? string.Empty; break;
                case "model": model = Text(ref json); break;
                case "served": served = Text(ref json); break;
                case "known": known = Text(ref json); break;
                case "vendor": vendor = Text(ref json); break;
                case "jurisdiction": jurisdiction = Text(ref json); break;
                case "origin": origin = Text(ref json); break;
                case "region": region = Text(ref json); break;
                case "usage": usage = Usage(ref json); break;
                case "counted": counted = json.GetInt64(); break;
                case "estimated": estimated = json.GetBoolean(); break;
                case "unbilled": unbilled = json.GetBoolean(); break;
                case "cost": cost = new NanoUsd(json.GetInt64()); break;
                case "settled": settled = new NanoUsd(json.GetInt64()); break;
                case "needs": needs = Enum.TryParse(Text(ref json), out ModelCapabilities flags) ? flags : ModelCapabilities.None; break;
                case "held": held = new NanoUsd(json.GetInt64()); break;
                case "reason": reason = Text(ref json); break;
                case "finish": finish = Text(ref json); break;
                case "ms": duration = Duration(ref json); break;
                default: json.Skip(); break;
            }
        }

        return new CallRecord
        {
            Attempt = attempt,
            Purpose = TagNames.Purpose(purpose),
            Outcome = TagNames.Outcome(outcome),
            ModelId = model,
            ServedModelId = served,
            Model = known is null ? null : Model(new ModelInfo(known) { Vendor = vendor, Jurisdiction = jurisdiction, Origin = origin, Region = region, Prices = ReceiptModel.NoPrices }),
            Usage = usage,
            CountedInputTokens = counted,
            IsEstimated = estimated,
            IsUnbilled = unbilled,
            Cost = cost,
            Held = held,
            Settled = settled,
            Needs = needs,
            Reason = reason,
            FinishReason = finish,
            Duration = duration,
        };
    }

    private TaskCap Cap(ref Utf8JsonReader json)
    {
        var cap = new TaskCap(null, null);
        while (Next(ref json, out string name))
        {
            cap = name switch
            {
                "usd" => cap with { Usd = new NanoUsd(json.GetInt64()) },
                "tokens" => cap with { Tokens = json.GetInt64() },
                _ => Skip(ref json, cap),
            };
        }

        return cap;
    }

    private SavingsByLever Savings(ref Utf8JsonReader json)
    {
        long cache = 0, compression = 0, routing = 0, providerCache = 0, overhead = 0;
        while (Next(ref json, out string name))
        {
            switch (name)
            {
                case "cache": cache = json.GetInt64(); break;
                case "compression": compression = json.GetInt64(); break;
                case "routing": routing = json.GetInt64(); break;
                case "providerCache": providerCache = json.GetInt64(); break;
                case "overhead": overhead = json.GetInt64(); break;
                default: json.Skip(); break;
            }
        }

        return new SavingsByLever(new(cache), new(compression), new(routing), new(providerCache), new(overhead));
    }

    private TokenUsage Usage(ref Utf8JsonReader json)
    {
        long input = 0, output = 0, cached = 0, written = 0, reasoning = 0;
        while (Next(ref json, out string name))
        {
            switch (name)
            {
                case "in": input = json.GetInt64(); break;
                case "out": output = json.GetInt64(); break;
                case "cached": cached = json.GetInt64(); break;
                case "written": written = json.GetInt64(); break;
                case "reasoning": reasoning = json.GetInt64(); break;
                default: json.Skip(); break;
            }
        }

        return new TokenUsage(input, output) { CachedInput = cached, CacheWrite = written, Reasoning = reasoning };
    }

    private ReceiptContent Content(ref Utf8JsonReader json)
    {
        var content = new ReceiptContent(string.Empty, string.Empty);
        while (Next(ref json, out string name))
        {
            content = name switch
            {
                "prompt" => content with { Prompt = json.GetString() ?? string.Empty },
                "answer" => content with { Answer = json.GetString() ?? string.Empty },
                _ => Skip(ref json, content),
            };
        }

        return content;
    }

    private List<string> Strings(ref Utf8JsonReader json)
    {
        var values = new List<string>(2);
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            values.Add(Text(ref json) ?? string.Empty);
        }

        return values;
    }

    private ModelInfo Model(ModelInfo model)
    {
        if (_models.TryGetValue(model, out ModelInfo? known))
        {
            return known;
        }

        return _models[model] = model;
    }

    // Moves to the value of the next member; false at the end of the object.
    private bool Next(ref Utf8JsonReader json, out string name)
    {
        if (!json.Read() || json.TokenType != JsonTokenType.PropertyName)
        {
            name = string.Empty;
            return false;
        }

        name = _names.Get(ref json);
        return json.Read();
    }

    private string? Text(ref Utf8JsonReader json) => json.TokenType == JsonTokenType.Null ? null : _names.Get(ref json);

    private static TimeSpan Duration(ref Utf8JsonReader json) => new((long)(json.GetDecimal() * TimeSpan.TicksPerMillisecond));

    private static T Skip<T>(ref Utf8JsonReader json, T unchanged)
    {
        json.Skip();
        return unchanged;
    }
}
