namespace TokenThrift.Caching.Keys;

/// <summary>What the cache may do for a request. Immutable.</summary>
/// <param name="Bypass">Why the cache keeps out of it, or null.</param>
internal sealed record CachePlan(string? Bypass)
{
    /// <summary>Gets the key of requests that are identical to this one.</summary>
    public string ExactKey { get; init; } = string.Empty;

    /// <summary>Gets what must be equal for a similar question to share an answer, or null when only the exact tier works.</summary>
    public CacheKey? Partition { get; init; }

    /// <summary>Gets the last user turn, where <see cref="Partition"/> is given.</summary>
    public string Question { get; init; } = string.Empty;
}
