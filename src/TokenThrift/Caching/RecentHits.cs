using System.Collections.Concurrent;
using TokenThrift.Caching.Keys;
using TokenThrift.Receipts;

namespace TokenThrift.Caching;

/// <summary>Remembers the latest hits, so that one can be reported as wrong. Safe for concurrent use.</summary>
internal sealed class RecentHits
{
    private const int Capacity = 8192;
    private readonly ConcurrentDictionary<string, RecentHit> _hits = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _order = new();
    private long _last;

    public string Add(RecentHit hit)
    {
        string id = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{hit.EntryId}.{Interlocked.Increment(ref _last)}");
        _hits[id] = hit;
        _order.Enqueue(id);
        if (_hits.Count > Capacity && _order.TryDequeue(out string? oldest))
        {
            _hits.TryRemove(oldest, out _);
        }

        return id;
    }

    public RecentHit? Find(string id) => _hits.GetValueOrDefault(id);
}

/// <summary>A hit that was served, with the key under which its answer was found.</summary>
/// <param name="Tier">Where it was found.</param>
/// <param name="EntryId">The entry.</param>
/// <param name="Key">The key under which the answer was found.</param>
internal sealed record RecentHit(CacheTier Tier, string EntryId, string Key)
{
    /// <summary>Gets how it was found to be similar, or null.</summary>
    public SemanticLookup? Lookup { get; init; }

    /// <summary>Gets the plan of the request, where its text was equal after folding.</summary>
    public CachePlan? Plan { get; init; }

    /// <summary>Gets the key under which it is noted that what follows goes on from the entry, or null.</summary>
    public string? Turn { get; init; }
}
