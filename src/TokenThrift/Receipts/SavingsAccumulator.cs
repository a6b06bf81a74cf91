using TokenThrift.Models;

namespace TokenThrift.Receipts;

/// <summary>Adds receipts up, exactly. Safe for concurrent use.</summary>
internal sealed class SavingsAccumulator
{
    private readonly Lock _lock = new();
    private SavingsSummary _sum = new();

    public void Add(ThriftReceipt receipt)
    {
        lock (_lock)
        {
            _sum = Plus(_sum, receipt);
        }
    }

    public SavingsSummary Snapshot()
    {
        lock (_lock)
        {
            return _sum;
        }
    }

    /// <summary>Adds one receipt to a sum.</summary>
    public static SavingsSummary Plus(SavingsSummary sum, ThriftReceipt receipt)
    {
        bool priced = receipt.Baseline is not null && receipt.Spent is not null && receipt.Savings is not null;
        long calls = 0;
        long estimated = 0;
        TokenUsage usage = sum.Usage;
        foreach (CallRecord call in receipt.Calls)
        {
            if (call.Outcome != CallOutcome.Refused)
            {
                calls++;
                estimated += call.IsEstimated ? 1 : 0;
                usage += call.Usage;
            }
        }

        return new SavingsSummary
        {
            Requests = sum.Requests + 1,
            Calls = sum.Calls + calls,
            CacheHits = sum.CacheHits + (receipt.Cache is { Tier: not CacheTier.None } ? 1 : 0),
            Usage = usage,
            Baseline = sum.Baseline + (priced ? receipt.Baseline!.Value : NanoUsd.Zero),
            Spent = sum.Spent + (priced ? receipt.Spent!.Value : NanoUsd.Zero),
            Savings = sum.Savings + (priced ? receipt.Savings!.Value : default),
            EstimatedCalls = sum.EstimatedCalls + estimated,
            UnpricedRequests = sum.UnpricedRequests + (priced ? 0 : 1),
        };
    }
}
