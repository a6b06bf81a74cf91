using TokenThrift.Caching.Keys;
using TokenThrift.Receipts;

namespace TokenThrift.Caching;

/// <summary>Writes into the id of a hit what another process on the same store needs to take it back, and reads it there. Safe for concurrent use.</summary>
/// <remarks>Keyed hashes only, under the seal of the store: without the secret nothing can be read from it, and none can be made up.</remarks>
internal static class HitToken
{
    private const int Parts = 8;
    private const char Between = '|';

    /// <summary>Writes the token of a hit.</summary>
    public static string Write(RecentHit hit) => string.Join(
        Between,
        hit.EntryId,
        hit.IsFolded ? "f" : hit.Tier == CacheTier.Semantic ? "s" : "e",
        hit.Key,
        hit.EntryKey,
        hit.Partition?.ToString(),
        hit.Partition is null ? null : hit.Question.Id,
        hit.Group,
        hit.Turn);

    /// <summary>Reads a token; null where it is none.</summary>
    public static RecentHit? Read(string token)
    {
        string[] parts = token.Split(Between);
        return parts.Length != Parts || parts[1] is not ("e" or "f" or "s") || (parts[4].Length > 0 && CacheKey.Parse(parts[4]) is null) ? null
            : new RecentHit(parts[1] == "e" ? CacheTier.Exact : CacheTier.Semantic, parts[0], parts[2], CacheKey.Parse(parts[4]), TextMark.OfId(parts[5]), answer: null)
            {
                IsFolded = parts[1] == "f",
                EntryKey = parts[3],
                Group = parts[6].Length > 0 ? parts[6] : null,
                Turn = parts[7].Length > 0 ? parts[7] : null,
            };
    }
}
