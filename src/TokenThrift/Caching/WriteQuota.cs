using System.Collections.Concurrent;

namespace TokenThrift.Caching;

/// <summary>Bounds how many answers one tenant may store in an hour, so that nobody can flood the cache. Safe for concurrent use.</summary>
internal sealed class WriteQuota(int perHour, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, int> _writes = new(StringComparer.Ordinal);
    private long _hour;

    public bool Take(string tenant)
    {
        long hour = time.GetUtcNow().UtcTicks / TimeSpan.TicksPerHour;
        if (Interlocked.Exchange(ref _hour, hour) != hour)
        {
            _writes.Clear();
        }

        return _writes.AddOrUpdate(tenant, 1, (_, count) => count + 1) <= perHour;
    }
}
