using System.Globalization;
using System.Security.Cryptography;

namespace TokenThrift.Caching;

/// <summary>Remembers the latest hits, so that one can be reported as wrong. Bounded; safe for concurrent use.</summary>
internal sealed class RecentHits
{
    private const int Capacity = 8192;

    // Another process counts its hits of the same entries too.
    private readonly string _process = RandomNumberGenerator.GetHexString(8, lowercase: true);
    private readonly RecentHit?[] _hits = new RecentHit?[Capacity];
    private long _last;

    /// <summary>Remembers a hit and returns its id.</summary>
    public string Add(RecentHit hit)
    {
        long number = Interlocked.Increment(ref _last);
        hit.Id = string.Create(CultureInfo.InvariantCulture, $"{hit.EntryId}.{_process}.{number}");
        Volatile.Write(ref _hits[number % Capacity], hit);
        return hit.Id;
    }

    /// <summary>Finds a hit that is still remembered.</summary>
    public RecentHit? Find(string id) =>
        long.TryParse(id.AsSpan(id.LastIndexOf('.') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            && Volatile.Read(ref _hits[number % Capacity]) is { } hit && hit.Id == id ? hit : null;
}
