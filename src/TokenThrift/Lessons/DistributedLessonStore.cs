using System.Text;
using Microsoft.Extensions.Caching.Distributed;
using TokenThrift.Requests;

namespace TokenThrift.Lessons;

/// <summary>Keeps lessons in a distributed cache, encrypted: who does not know the secret can neither read nor change nor move them. Safe for concurrent use.</summary>
/// <remarks>Tags are not known to a distributed cache and are left aside.</remarks>
/// <param name="cache">The cache.</param>
/// <param name="seal">Encrypts.</param>
internal sealed class DistributedLessonStore(IDistributedCache cache, ContentSeal seal) : ILessonStore
{
    /// <inheritdoc/>
    public async ValueTask<string?> ReadAsync(string key, CancellationToken cancellationToken) =>
        await cache.GetAsync(key, cancellationToken).ConfigureAwait(false) is { } stored ? Encoding.UTF8.GetString(seal.Open(key, stored)) : null;

    /// <inheritdoc/>
    public async ValueTask WriteAsync(string key, string text, TimeSpan life, IReadOnlyCollection<string> tags, CancellationToken cancellationToken) =>
        await cache.SetAsync(key, seal.Close(key, Encoding.UTF8.GetBytes(text)), new DistributedCacheEntryOptions { AbsoluteExpirationRelativeToNow = life }, cancellationToken).ConfigureAwait(false);
}
