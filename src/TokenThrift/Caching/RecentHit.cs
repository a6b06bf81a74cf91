using TokenThrift.Caching.Keys;
using TokenThrift.Receipts;

namespace TokenThrift.Caching;

/// <summary>A hit that was served, with all that is needed to take it back.</summary>
/// <param name="tier">Where it was found.</param>
/// <param name="entryId">The entry.</param>
/// <param name="key">The key that led to the answer.</param>
/// <param name="partition">What had to be equal, or null where only identical requests shared.</param>
/// <param name="question">The question.</param>
/// <param name="answer">The text that was served, or null where it was served by another process.</param>
internal sealed class RecentHit(CacheTier tier, string entryId, string key, CacheKey? partition, TextMark question, TextMark? answer)
{
    private int _isLearned;
    private int _isDone;

    /// <summary>Gets where it was found.</summary>
    public CacheTier Tier { get; } = tier;

    /// <summary>Gets the entry.</summary>
    public string EntryId { get; } = entryId;

    /// <summary>Gets the key that led to the answer.</summary>
    public string Key { get; } = key;

    /// <summary>Gets what had to be equal, or null where only identical requests shared.</summary>
    public CacheKey? Partition { get; } = partition;

    /// <summary>Gets the question.</summary>
    public TextMark Question { get; } = question;

    /// <summary>Gets the text that was served, or null where it was served by another process.</summary>
    public TextMark? Answer { get; } = answer;

    /// <summary>Gets the key under which the answer is.</summary>
    public string EntryKey { get; init; } = key;

    /// <summary>Gets a value indicating whether the question was equal to the entry's after folding only.</summary>
    public bool IsFolded { get; init; }

    /// <summary>Gets the group of the answer, where it was found to be similar.</summary>
    public string? Group { get; init; }

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
