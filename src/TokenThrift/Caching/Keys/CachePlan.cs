namespace TokenThrift.Caching.Keys;

/// <summary>What the cache may do for a request. Immutable.</summary>
/// <param name="Bypass">Why the cache keeps out of it, or null.</param>
internal sealed record CachePlan(string? Bypass)
{
    /// <summary>Gets the key of requests that are identical to this one.</summary>
    public string ExactKey { get; init; } = string.Empty;

    /// <summary>Gets what must be equal for a similar question to share an answer, or null when only the exact tier works.</summary>
    public CacheKey? Partition { get; init; }

    /// <summary>Gets what names the turn before the question, where <see cref="Partition"/> depends on it and is still to be found; else null.</summary>
    public string? Turn { get; init; }

    /// <summary>Gets the key of what must be equal beside the turns, where there are turns before the question.</summary>
    public CacheKey? Setting { get; init; }

    /// <summary>Gets what must be equal for one question to teach about another: the partition, or where there are turns, all but them, for a conversation alone is too short to learn from.</summary>
    public string Evidence => (Setting ?? Partition).ToString()!;

    /// <summary>Gets the name of the one who asks, as the last message gives it, or null.</summary>
    public string? Author { get; init; }

    /// <summary>Gets the last user turn, where <see cref="Partition"/> or <see cref="Turn"/> is given.</summary>
    public string Question { get; init; } = string.Empty;
}
