using TokenThrift.Lessons;

namespace TokenThrift.Caching;

/// <summary>What each partition has taught, and all of them together. Bounded in partitions and in what they hold: the one that was not used for longest is forgotten. Safe for concurrent use.</summary>
/// <param name="maxErrorRate">The share of wrong answers that is allowed.</param>
/// <param name="perRequest">Whether that share is one of all requests, not one of served answers.</param>
/// <param name="maximumPartitions">How many partitions are remembered.</param>
/// <param name="maximumWeight">How many terms, answers and labels they hold together; each takes some 30 bytes.</param>
/// <param name="journalOf">Finds where what a partition has taught is kept beyond this process; null for nowhere.</param>
internal sealed class HitPolicy(
    double maxErrorRate, bool perRequest, int maximumPartitions = HitPolicy.MaximumPartitions, long maximumWeight = HitPolicy.MaximumWeight, Func<string, LessonJournal<Lesson>>? journalOf = null)
{
    private const int MaximumPartitions = 4096;
    private const long MaximumWeight = 8L << 20;
    private readonly ErrorPool _pool = new(maxErrorRate, perRequest);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<(string Partition, PartitionEvidence Evidence)>> _partitions = new(StringComparer.Ordinal);
    private readonly LinkedList<(string Partition, PartitionEvidence Evidence)> _byUse = new();
    private long _weight;

    /// <summary>Gets what all partitions have taught about the verifier.</summary>
    public VerifierRecord Verifier => _pool.Verifier;

    /// <summary>Takes in again what all partitions have taught, before a restart or in another process.</summary>
    public void Recall(IEnumerable<Lesson> lessons) => _pool.Recall(lessons);

    /// <summary>Begins the account of all partitions where other processes stand.</summary>
    public void RecallAccount(IReadOnlyList<Lesson> lessons, int writers) => _pool.RecallAccount(lessons, writers);

    /// <summary>Gets what a partition has taught; nothing yet, where it is new or was forgotten.</summary>
    public PartitionEvidence For(string partition)
    {
        lock (_lock)
        {
            if (Use(partition) is { } known)
            {
                return known;
            }

            var evidence = new PartitionEvidence(_pool, maxErrorRate, perRequest, journalOf?.Invoke(partition));
            _partitions[partition] = _byUse.AddLast((partition, evidence));
            Bound();
            return evidence;
        }
    }

    /// <summary>Takes in a question with an answer.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="asked">Its terms.</param>
    /// <param name="group">The group of its answer.</param>
    public void Add(string partition, QuestionTerms asked, string group)
    {
        PartitionEvidence evidence = For(partition);
        evidence.Add(asked, group);
        lock (_lock)
        {
            // One that was forgotten meanwhile counts no more.
            if (_partitions.TryGetValue(partition, out LinkedListNode<(string Partition, PartitionEvidence Evidence)>? node) && ReferenceEquals(node.Value.Evidence, evidence))
            {
                _weight += evidence.Weigh();
                Bound();
            }
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

    // The one in use is the last to go.
    private void Bound()
    {
        while (_partitions.Count > maximumPartitions || (_weight > maximumWeight && _partitions.Count > 1))
        {
            (string partition, PartitionEvidence evidence) = _byUse.First!.Value;
            _byUse.RemoveFirst();
            _partitions.Remove(partition);
            _weight -= evidence.Weighed;
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
