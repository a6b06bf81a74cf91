using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Caching.Distributed;
using TokenThrift.Lessons;

namespace TokenThrift.Routing;

/// <summary>Where the router keeps things beyond the process, encrypted. Immutable.</summary>
/// <param name="Texts">The store.</param>
/// <param name="Secret">What the names in it are made of.</param>
internal sealed record RoutingStore(ILessonStore Texts, byte[] Secret)
{
    /// <summary>How long the store is waited for.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(10);

    /// <summary>Returns the store, or <see langword="null"/> where nothing is to be kept.</summary>
    public static RoutingStore? Of(IDistributedCache? cache, string? secret)
    {
        if (cache is null || secret is null)
        {
            return null;
        }

        byte[] key = SHA256.HashData(Encoding.UTF8.GetBytes(secret));
        return new RoutingStore(new DistributedLessonStore(cache, HMACSHA256.HashData(key, "texts of the router"u8)), HMACSHA256.HashData(key, "names of the router"u8));
    }
}
