namespace TokenThrift.Caching;

/// <summary>What all partitions have taught together: where a new one begins. Safe for concurrent use.</summary>
/// <param name="maxErrorRate">The share of wrong answers that is allowed.</param>
/// <param name="perRequest">Whether that share is one of all requests, not one of served answers.</param>
internal sealed class ErrorPool(double maxErrorRate, bool perRequest)
{
    private readonly Lock _lock = new();
    private readonly ErrorEstimator _estimator = new(maxErrorRate, perRequest);

    public void Add(HitLabel label)
    {
        lock (_lock)
        {
            _estimator.Add(label);
        }
    }

    /// <summary>Estimates the probability that a candidate is wrong, and the highest at which to serve.</summary>
    public (double Error, double Limit) Judge(HitEvidence evidence, double share)
    {
        lock (_lock)
        {
            return (_estimator.Estimate(evidence), _estimator.Limit(share));
        }
    }
}
