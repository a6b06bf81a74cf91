namespace TokenThrift.Caching;

/// <summary>What each partition has taught, and all of them together. Bounded: the partition that was not used for longest is forgotten. Safe for concurrent use.</summary>
/// <param name="maxErrorRate">The share of wrong answers that is allowed.</param>
/// <param name="perRequest">Whether that share is one of all requests, not one of served answers.</param>
/// <param name="maximumPartitions">How many partitions are remembered.</param>
internal sealed class HitPolicy(double maxErrorRate, bool perRequest, int maximumPartitions = HitPolicy.MaximumPartitions)
{
    private const int MaximumPartitions = 4096;
    private readonly ErrorPool _pool = new(maxErrorRate, perRequest);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<(string Partition, PartitionEvidence Evidence)>> _partitions = new(StringComparer.Ordinal);
    private readonly LinkedList<(string Partition, PartitionEvidence Evidence)> _byUse = new();

    /// <summary>Gets what all partitions have taught about the verifier.</summary>
    public VerifierRecord Verifier => _pool.Verifier;

    /// <summary>Gets what a partition has taught; nothing yet, where it is new or was forgotten.</summary>
    public PartitionEvidence For(string partition)
    {
        lock (_lock)
        {
            if (Use(partition) is { } known)
            {
                return known;
            }

            var evidence = new PartitionEvidence(_pool, maxErrorRate, perRequest);
            _partitions[partition] = _byUse.AddLast((partition, evidence));
            if (_partitions.Count > maximumPartitions)
            {
                _partitions.Remove(_byUse.First!.Value.Partition);
                _byUse.RemoveFirst();
            }

            return evidence;
        }
    }

    /// <summary>Finds what a partition has taught, or null.</summary>
    public PartitionEvidence? Find(string partition)
    {
        lock (_lock)
        {
            return Use(partition);
        }
    }

    private PartitionEvidence? Use(string partition)
    {
        if (!_partitions.TryGetValue(partition, out LinkedListNode<(string Partition, PartitionEvidence Evidence)>? node))
        {
            return null;
        }

        if (node != _byUse.Last)
        {
            _byUse.Remove(node);
            _byUse.AddLast(node);
        }

        return node.Value.Evidence;
    }
}
