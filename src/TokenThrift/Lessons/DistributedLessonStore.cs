using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Caching.Distributed;

namespace TokenThrift.Lessons;

/// <summary>Keeps lessons in a distributed cache, encrypted: who does not know the key can neither read nor change nor move them. Safe for concurrent use.</summary>
/// <remarks>
/// AES-256-GCM with a random nonce of 96 bits, so one key is good for some 2^32 texts (NIST SP 800-38D, section 8.3); the cache's key is authenticated
/// with the text. Tags are not known to a distributed cache and are left aside.
/// </remarks>
/// <param name="cache">The cache.</param>
/// <param name="secret">The key: 32 bytes.</param>
internal sealed class DistributedLessonStore(IDistributedCache cache, byte[] secret) : ILessonStore
{
    private static readonly int NonceLength = AesGcm.NonceByteSizes.MaxSize;
    private static readonly int TagLength = AesGcm.TagByteSizes.MaxSize;

    /// <inheritdoc/>
    public async ValueTask<string?> ReadAsync(string key, CancellationToken cancellationToken) =>
        await cache.GetAsync(key, cancellationToken).ConfigureAwait(false) is { } stored ? Open(key, stored) : null;

    /// <inheritdoc/>
    public async ValueTask WriteAsync(string key, string text, TimeSpan life, IReadOnlyCollection<string> tags, CancellationToken cancellationToken) =>
        await cache.SetAsync(key, Close(key, text), new DistributedCacheEntryOptions { AbsoluteExpirationRelativeToNow = life }, cancellationToken).ConfigureAwait(false);

    private byte[] Close(string key, string text)
    {
        byte[] stored = new byte[NonceLength + TagLength + Encoding.UTF8.GetByteCount(text)];
        Span<byte> nonce = stored.AsSpan(0, NonceLength);
        Span<byte> content = stored.AsSpan(NonceLength + TagLength);
        RandomNumberGenerator.Fill(nonce);
        Encoding.UTF8.GetBytes(text, content);
        using var aes = new AesGcm(secret, TagLength);
        aes.Encrypt(nonce, content, content, stored.AsSpan(NonceLength, TagLength), Encoding.UTF8.GetBytes(key));
        return stored;
    }

    private string Open(string key, byte[] stored)
    {
        if (stored.Length < NonceLength + TagLength)
        {
            throw new InvalidDataException("What is kept there was not written here.");
        }

        byte[] content = new byte[stored.Length - NonceLength - TagLength];
        using var aes = new AesGcm(secret, TagLength);
        try
        {
            aes.Decrypt(stored.AsSpan(0, NonceLength), stored.AsSpan(NonceLength + TagLength), stored.AsSpan(NonceLength, TagLength), content, Encoding.UTF8.GetBytes(key));
        }
        catch (AuthenticationTagMismatchException e)
        {
            throw new InvalidDataException("What is kept there was not written under this key and name.", e);
        }

        return Encoding.UTF8.GetString(content);
    }
}
