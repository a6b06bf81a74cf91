using TokenThrift.Models;

namespace TokenThrift.Receipts;

/// <summary>Adds receipts up, exactly. Not safe for concurrent use.</summary>
internal sealed class SummaryBuilder
{
    private long _requests;
    private long _calls;
    private long _hits;
    private long _estimated;
    private long _unpriced;
    private TokenUsage _usage;
    private NanoUsd _baseline;
    private NanoUsd _spent;
    private SavingsByLever _savings;

    public static bool IsPriced(ThriftReceipt receipt) => receipt.Baseline is not null && receipt.Spent is not null && receipt.Savings is not null;

    public void Add(ThriftReceipt receipt)
    {
        _requests++;
        _hits += receipt.Cache is { Tier: not CacheTier.None } ? 1 : 0;
        foreach (CallRecord call in receipt.Calls)
        {
            if (call.Outcome != CallOutcome.Refused)
            {
                _calls++;
                _estimated += call.IsEstimated ? 1 : 0;
                _usage += call.Usage;
            }
        }

        if (IsPriced(receipt))
        {
            _baseline += receipt.Baseline!.Value;
            _spent += receipt.Spent!.Value;
            _savings += receipt.Savings!.Value;
        }
        else
        {
            _unpriced++;
        }
    }

    public void Add(SummaryBuilder other)
    {
        _requests += other._requests;
        _calls += other._calls;
        _hits += other._hits;
        _estimated += other._estimated;
        _unpriced += other._unpriced;
        _usage += other._usage;
        _baseline += other._baseline;
        _spent += other._spent;
        _savings += other._savings;
    }

    public SavingsSummary ToSummary() => new()
    {
        Requests = _requests,
        Calls = _calls,
        CacheHits = _hits,
        Usage = _usage,
        Baseline = _baseline,
        Spent = _spent,
        Savings = _savings,
        EstimatedCalls = _estimated,
        UnpricedRequests = _unpriced,
    };
}
