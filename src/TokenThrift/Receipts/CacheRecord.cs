namespace TokenThrift.Receipts;

/// <summary>What the cache did for a request.</summary>
public sealed record CacheRecord
{
    /// <summary>Gets where the answer came from.</summary>
    public CacheTier Tier { get; init; }

    /// <summary>Gets why, as a short code such as <c>bypass-conversation</c>, <c>guard-number</c> or <c>hit</c>.</summary>
    public string? Reason { get; init; }

    /// <summary>Gets the cosine similarity to the entry, in [-1, 1], or <see langword="null"/>.</summary>
    public double? Similarity { get; init; }

    /// <summary>Gets the estimated probability that the served answer is wrong, in [0, 1], or <see langword="null"/>.</summary>
    public double? EstimatedError { get; init; }

    /// <summary>Gets what an audit found when it asked afresh, or <see langword="null"/> when the request was no audit.</summary>
    public CacheAuditVerdict? Audit { get; init; }

    /// <summary>Gets the age of the entry, or <see langword="null"/>.</summary>
    public TimeSpan? Age { get; init; }

    /// <summary>Gets the id of the entry, or <see langword="null"/>.</summary>
    public string? EntryId { get; init; }

    /// <summary>Gets the usage that the hit did not have to pay again, or <see langword="null"/> on a miss.</summary>
    public TokenUsage? SavedUsage { get; init; }

    /// <summary>Gets the model that had made the answer, or <see langword="null"/>.</summary>
    public string? ModelId { get; init; }
}
