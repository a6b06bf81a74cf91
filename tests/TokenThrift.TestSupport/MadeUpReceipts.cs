using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.Requests;

namespace TokenThrift.TestSupport;

/// <summary>Makes up a month of an agent's receipts, one at a time: several models and vendors, tasks, tenants, hits, escalations and failures.</summary>
public static class MadeUpReceipts
{
    private static readonly string[] ModelIds = ["gpt-5.4-nano", "gpt-5.4-mini", "gpt-5.5", "claude-sonnet-5", "gemini-3.5-flash", "mistral-small-2603"];
    private static readonly string[] TaskNames = ["invoice-matching", "bank-reconciliation", "variance-analysis", "support-triage", "contract-review", "report-writing", "code-review", "meeting-notes"];
    private static readonly DateTimeOffset Start = new(2026, 10, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Makes receipts; the same count and seed give the same ones.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">The seed.</param>
    /// <returns>The receipts, oldest first.</returns>
    public static IEnumerable<ThriftReceipt> Of(int count, int seed = 1)
    {
        var random = new Random(seed);
        ModelInfo[] models = [.. ModelIds.Select(id => ModelCatalog.Default.Find(id)!)];
        TimeSpan step = TimeSpan.FromDays(31) / Math.Max(1, count);
        for (int i = 0; i < count; i++)
        {
            yield return One(random, models, Start + (step * i));
        }
    }

    private static ThriftReceipt One(Random random, ModelInfo[] models, DateTimeOffset at)
    {
        string task = TaskNames[random.Next(TaskNames.Length)];
        string run = $"{task}-{NewId(random):N}";
        bool isHit = random.NextDouble() < 0.25;
        bool isEscalated = !isHit && random.NextDouble() < 0.15;
        bool hasFailed = !isHit && !isEscalated && random.NextDouble() < 0.01;
        ModelInfo first = models[random.Next(3)], last = isEscalated ? models[2 + random.Next(models.Length - 2)] : first;
        long input = 500 + (long)Math.Exp(random.NextDouble() * 11);
        CallRecord[] calls = isHit ? []
            : isEscalated ? [Call(random, first, input, 1, CallOutcome.Rejected), Call(random, last, input, 2, CallOutcome.Served)]
            : [Call(random, first, input, 1, hasFailed ? CallOutcome.Failed : CallOutcome.Served)];
        NanoUsd spent = calls.Aggregate(NanoUsd.Zero, (sum, call) => sum + call.Cost!.Value);
        NanoUsd baseline = hasFailed ? spent : UsageCost.Of(new TokenUsage(input + (input / 5), 400), models[2].Prices)!.Value;
        NanoUsd compression = isHit || hasFailed ? NanoUsd.Zero : new NanoUsd((baseline - spent).Value / 4);
        return new ThriftReceipt
        {
            Id = NewId(random).ToString("N"),
            StartedAt = at,
            Duration = TimeSpan.FromMilliseconds(random.Next(5, 20_000)),
            Identity = new RequestIdentity { Tenant = $"tenant-{random.Next(60)}", User = $"user-{random.Next(5000)}", Session = NewId(random).ToString("N"), Task = run },
            Tasks = [run],
            Cap = new TaskCap(NanoUsd.FromUsd(0.5m), null),
            Calls = calls,
            Cache = isHit
                ? new CacheRecord { Tier = random.NextDouble() < 0.7 ? CacheTier.Exact : CacheTier.Semantic, Reason = "hit", Similarity = 0.97, EstimatedError = 0.004, Age = TimeSpan.FromMinutes(random.Next(600)), EntryId = NewId(random).ToString("N"), SavedUsage = new TokenUsage(input, 300), ModelId = first.Id }
                : new CacheRecord { Tier = CacheTier.None, Reason = "miss" },
            Compressions = isHit ? [] : [new CompressionRecord { Attempt = 1, TokensBefore = input + (input / 5), TokensAfter = input, ByPass = new Dictionary<string, long> { ["json"] = input / 5 } }],
            Routing = isHit ? null : new RoutingRecord
            {
                RequestedModelId = models[2].Id,
                ChosenModelId = first.Id,
                ServedModelId = hasFailed ? null : last.Id,
                Reason = "cheapest",
                Attempts = [.. calls.Select(call => new RoutingAttempt(call.Attempt, call.ModelId!, call.Outcome) { Score = call.Outcome == CallOutcome.Failed ? null : 0.8, Reason = call.Reason })],
            },
            ReferenceModelId = models[2].Id,
            Baseline = baseline,
            Spent = spent,
            Savings = new SavingsByLever(isHit ? baseline : NanoUsd.Zero, compression, isHit ? NanoUsd.Zero : baseline - spent - compression, NanoUsd.Zero, NanoUsd.Zero),
            PriceVersion = ModelCatalog.Default.Version,
            Error = hasFailed ? "HttpRequestException" : null,
        };
    }

    private static CallRecord Call(Random random, ModelInfo model, long input, int attempt, CallOutcome outcome)
    {
        var usage = new TokenUsage(input, outcome == CallOutcome.Failed ? 0 : random.Next(20, 1500)) { CachedInput = input / 3 };
        NanoUsd cost = UsageCost.Of(usage, model.Prices)!.Value;
        return new CallRecord
        {
            Attempt = attempt,
            ModelId = model.Id,
            ServedModelId = model.Id,
            Model = model,
            Usage = usage,
            CountedInputTokens = input + (input / 50),
            Cost = cost,
            Held = new NanoUsd(cost.Value * 2),
            Settled = cost,
            Needs = random.NextDouble() < 0.6 ? ModelCapabilities.Tools : ModelCapabilities.None,
            Outcome = outcome,
            Reason = outcome == CallOutcome.Rejected ? "schema-invalid" : outcome == CallOutcome.Failed ? "HttpRequestException" : null,
            FinishReason = outcome == CallOutcome.Failed ? null : "stop",
            Duration = TimeSpan.FromMilliseconds(random.Next(200, 9000)),
        };
    }

    private static Guid NewId(Random random)
    {
        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes);
    }
}
