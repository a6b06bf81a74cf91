using CsCheck;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.Requests;

namespace TokenThrift.Tests.Receipts;

/// <summary>Makes receipts of every kind, whose amounts add up as they must.</summary>
internal static class ReceiptGen
{
    public static readonly ModelInfo[] Models =
    [
        new ModelInfo("gpt-x") { Vendor = "acme", Jurisdiction = "US", Origin = "US", Region = "US", Prices = ReceiptModel.NoPrices },
        new ModelInfo("lune") { Vendor = "bolt", Jurisdiction = "FR", Origin = "FR", Region = "EU", Prices = ReceiptModel.NoPrices },
        new ModelInfo("river-2") { Vendor = "silk", Jurisdiction = "CN", Origin = "CN", Prices = ReceiptModel.NoPrices },
        new ModelInfo("mystery") { Prices = ReceiptModel.NoPrices },
    ];

    private static readonly Gen<long> Money = Gen.Long[0, 10_000_000_000];

    private static readonly Gen<TokenUsage> Usage = Gen.Select(Gen.Long[0, 200_000], Gen.Long[0, 20_000], Gen.Long[0, 1000]).Select((input, output, part) =>
        new TokenUsage(input, output) { CachedInput = Math.Min(part, input), CacheWrite = Math.Min(part / 2, input - Math.Min(part, input)), Reasoning = Math.Min(part, output) });

    public static Gen<CallRecord> Call { get; } = Gen.Select(Gen.Enum<CallPurpose>(), Gen.Enum<CallOutcome>(), Gen.Int[0, 3].Select(i => Models[i]), Usage, Money, Gen.Bool, Gen.Int[0, 3])
        .Select((purpose, outcome, model, usage, cost, estimated, attempt) => new CallRecord
        {
            Purpose = purpose,
            Outcome = outcome,
            Attempt = attempt,
            ModelId = model.Id,
            ServedModelId = estimated ? null : model.Id + "-2026",
            Model = attempt == 3 ? null : model,
            Usage = outcome == CallOutcome.Refused ? default : usage,
            CountedInputTokens = usage.Input + 1,
            IsEstimated = estimated,
            Cost = outcome == CallOutcome.Refused ? NanoUsd.Zero : new NanoUsd(cost),
            Held = estimated ? null : new NanoUsd(cost * 2),
            Reason = outcome == CallOutcome.Rejected ? "schema-invalid" : null,
            FinishReason = "stop",
            Duration = TimeSpan.FromTicks(usage.Input),
        });

    public static Gen<ThriftReceipt> Receipt { get; } =
        Gen.Select(Gen.Guid, Gen.Int[0, 60 * 24 * 40], Gen.Int[0, 5], Call.Array[0, 4], Money, Gen.Enum<CacheTier>(), Gen.Int[0, 9])
            .Select((id, minute, who, calls, baseline, tier, kind) => Make(id, minute, who, calls, baseline, tier, kind));

    private static ThriftReceipt Make(Guid id, int minute, int who, CallRecord[] calls, long baseline, CacheTier tier, int kind)
    {
        NanoUsd spent = calls.Aggregate(NanoUsd.Zero, (sum, call) => sum + call.Cost!.Value);
        NanoUsd overhead = calls.Where(call => call.Purpose != CallPurpose.Answer).Aggregate(NanoUsd.Zero, (sum, call) => sum + call.Cost!.Value);
        var amounts = new SavingsAmounts(new(baseline), new(baseline / 2), new(baseline / 3), new(baseline / 4), spent - overhead, overhead);
        bool priced = kind != 0;
        return new ThriftReceipt
        {
            Id = id.ToString("N"),
            StartedAt = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(minute),
            Duration = TimeSpan.FromTicks(minute * 7919L),
            Identity = new RequestIdentity { Tenant = who == 0 ? null : $"tenant-{who}", User = who == 1 ? "ann" : null, Task = $"task-{who}" },
            Tasks = who == 0 ? [] : [$"task-{who}", "all"],
            Calls = calls,
            Cache = kind is 1 or 2 ? new CacheRecord { Tier = tier, Reason = "hit", Similarity = 0.97, EstimatedError = 0.004, Audit = kind == 2 ? (CacheAuditVerdict)(who % 3) : null, Age = TimeSpan.FromMinutes(3), EntryId = "e1", SavedUsage = new TokenUsage(10, 2), ModelId = "gpt-x" } : null,
            Compressions = kind == 3 ? [new CompressionRecord { Attempt = 1, TokensBefore = 900, TokensAfter = 400, ByPass = new Dictionary<string, long> { ["json"] = 500 }, Epoch = "size" }] : [],
            Routing = kind == 4 ? new RoutingRecord
            {
                RequestedModelId = "gpt-x",
                ChosenModelId = "lune",
                ServedModelId = "gpt-x",
                Reason = "cheapest",
                Excluded = new Dictionary<string, string> { ["river-2"] = "jurisdiction" },
                Attempts = [new RoutingAttempt(1, "lune", CallOutcome.Rejected) { Reason = "schema-invalid", Score = 0.2 }],
                IsDegraded = true,
            } : null,
            ReferenceModelId = "gpt-x",
            Baseline = priced ? amounts.AsSent : null,
            Spent = priced ? amounts.Spent : null,
            Savings = priced ? amounts.ByLever : null,
            PriceVersion = "abc",
            Error = kind == 5 ? "TimeoutException" : null,
            Content = kind == 6 ? new ReceiptContent("user: \"hi\"\n", "line\u2028 é 漢") : null,
        };
    }
}
