using System.Collections.Concurrent;

namespace TokenThrift.Caching;

/// <summary>What each partition has taught, and all of them together. Bounded; safe for concurrent use.</summary>
/// <param name="maxErrorRate">The share of wrong answers that is allowed.</param>
/// <param name="perRequest">Whether that share is one of all requests, not one of served answers.</param>
internal sealed class HitPolicy(double maxErrorRate, bool perRequest)
{
    private const int MaximumPartitions = 4096;
    private readonly ErrorPool _pool = new(maxErrorRate, perRequest);
    private readonly ConcurrentDictionary<string, PartitionEvidence> _partitions = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _order = new();

    public PartitionEvidence For(string partition)
    {
        if (_partitions.TryGetValue(partition, out PartitionEvidence? known))
        {
            return known;
        }

        PartitionEvidence evidence = _partitions.GetOrAdd(partition, static (_, policy) => new PartitionEvidence(policy._pool, policy.MaxErrorRate, policy.PerRequest), this);
        _order.Enqueue(partition);
        if (_partitions.Count > MaximumPartitions && _order.TryDequeue(out string? oldest))
        {
            _partitions.TryRemove(oldest, out _);
        }

        return evidence;
    }

    /// <summary>Finds what a partition has taught, or null.</summary>
    public PartitionEvidence? Find(string partition) => _partitions.GetValueOrDefault(partition);

    private double MaxErrorRate => maxErrorRate;

    private bool PerRequest => perRequest;
}
