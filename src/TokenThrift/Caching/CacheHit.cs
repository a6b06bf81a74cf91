using Microsoft.Extensions.AI;
using TokenThrift.Receipts;

namespace TokenThrift.Caching;

/// <summary>What a response that came from the cache says of itself. Immutable.</summary>
public sealed record CacheHit
{
    /// <summary>The key under which it comes back in a response's additional properties.</summary>
    public const string PropertyName = "tokenthrift.cache";

    /// <summary>Gets where the answer came from.</summary>
    public required CacheTier Tier { get; init; }

    /// <summary>Gets the id of this hit, by which it can be reported as wrong.</summary>
    public required string HitId { get; init; }

    /// <summary>Gets the id of the entry.</summary>
    public required string EntryId { get; init; }

    /// <summary>Gets the cosine similarity to the entry's question, in [-1, 1]; 1 in the exact tier.</summary>
    public double Similarity { get; init; } = 1;

    /// <summary>Gets the estimated probability that the answer is wrong, in [0, 1]; 0 in the exact tier.</summary>
    public double EstimatedError { get; init; }

    /// <summary>Gets the age of the answer.</summary>
    public TimeSpan Age { get; init; }

    /// <summary>Gets the usage that did not have to be paid again, or <see langword="null"/> when it is not known.</summary>
    public TokenUsage? SavedUsage { get; init; }

    /// <summary>Finds what a response says.</summary>
    /// <param name="response">The response.</param>
    /// <returns>The facts, or <see langword="null"/> when a model answered.</returns>
    public static CacheHit? Find(ChatResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        return response.AdditionalProperties is { } properties && properties.TryGetValue(PropertyName, out object? hit) ? hit as CacheHit : null;
    }
}
