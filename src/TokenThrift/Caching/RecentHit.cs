using TokenThrift.Caching.Keys;
using TokenThrift.Receipts;

namespace TokenThrift.Caching;

/// <summary>A hit that was served, with all that is needed to take it back.</summary>
/// <param name="Tier">Where it was found.</param>
/// <param name="EntryId">The entry.</param>
/// <param name="Key">The key under which the answer was found.</param>
/// <param name="Partition">What had to be equal, or null where only identical requests shared.</param>
/// <param name="Question">The question.</param>
/// <param name="Answer">The text that was served.</param>
internal sealed record RecentHit(CacheTier Tier, string EntryId, string Key, CacheKey? Partition, TextMark Question, TextMark Answer)
{
    private int _isLearned;
    private int _isDone;

    /// <summary>Gets or sets the id of the hit.</summary>
    public string Id { get; set; } = string.Empty;

    /// <summary>Gets how it was found to be similar, or null.</summary>
    public SemanticLookup? Lookup { get; init; }

    /// <summary>Gets what had to be equal to be learned from, where the question was equal to the entry's after folding only; else null.</summary>
    public string? FoldedEvidence { get; init; }

    /// <summary>Gets the key under which it is noted that what follows goes on from the entry, or null.</summary>
    public string? Turn { get; init; }

    /// <summary>Gets a value indicating whether it was reported and all was done.</summary>
    public bool IsDone => Volatile.Read(ref _isDone) != 0;

    /// <summary>Says that all was done.</summary>
    public void Finish() => Volatile.Write(ref _isDone, 1);

    /// <summary>Returns true once: what is learned from a report is learned once, however often it is tried again.</summary>
    public bool TryLearn() => Interlocked.Exchange(ref _isLearned, 1) == 0;
}
