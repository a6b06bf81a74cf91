using Microsoft.Extensions.Caching.Distributed;
using TokenThrift.Lessons;
using TokenThrift.Requests;

namespace TokenThrift.Routing;

/// <summary>Where the router keeps things beyond the process, encrypted. Immutable.</summary>
/// <param name="Texts">The store.</param>
/// <param name="Names">Makes the names in it.</param>
internal sealed record RoutingStore(ILessonStore Texts, ContentSeal Names)
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

        var seal = new ContentSeal(secret, "routing");
        return new RoutingStore(new DistributedLessonStore(cache, seal), seal);
    }

    /// <summary>Returns a key.</summary>
    /// <param name="parts">What it is made of.</param>
    public string KeyOf(IEnumerable<string> parts) => "tokenthrift:routing:" + Names.NameOf(parts);
}
