using System.Globalization;
using System.Security.Cryptography;
using TokenThrift.Caching.Answers;

namespace TokenThrift.Caching;

/// <summary>Remembers the latest hits, so that one can be reported as wrong. Bounded; safe for concurrent use.</summary>
/// <param name="store">Where answers are kept; where it is shared, ids say enough for another process to take a hit back.</param>
internal sealed class RecentHits(AnswerStore store)
{
    private const char Between = '.';
    private const int NumberAt = 2;
    private const int TokenAt = 3;

    private const int Capacity = 8192;

    // Another process counts its hits of the same entries too.
    private readonly string _process = RandomNumberGenerator.GetHexString(8, lowercase: true);
    private readonly RecentHit?[] _hits = new RecentHit?[Capacity];
    private long _last;

    /// <summary>Remembers a hit and returns its id.</summary>
    public string Add(RecentHit hit)
    {
        long number = Interlocked.Increment(ref _last);
        string? token = store.IsShared ? Between + store.Seal(HitToken.Write(hit)) : null;
        hit.Id = string.Create(CultureInfo.InvariantCulture, $"{hit.EntryId}{Between}{_process}{Between}{number}{token}");
        Volatile.Write(ref _hits[number % Capacity], hit);
        return hit.Id;
    }

    /// <summary>Finds a hit that is still remembered, or that another process on the same store has served; else null.</summary>
    public RecentHit? Find(string id)
    {
        string[] parts = id.Split(Between);
        return parts.Length > NumberAt && long.TryParse(parts[NumberAt], NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            && Volatile.Read(ref _hits[number % Capacity]) is { } hit && hit.Id == id ? hit
            : parts.Length > TokenAt && store.Unseal(parts[TokenAt]) is { } token && HitToken.Read(token) is { } other && other.EntryId == parts[0] ? other
            : null;
    }
}
