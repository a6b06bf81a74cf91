using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using TokenThrift.Requests;

namespace TokenThrift.Caching;

/// <summary>Encrypts stored answers with AES-GCM under a key of the application. Immutable; safe for concurrent use.</summary>
/// <remarks>Each answer gets a random nonce of 96 bits, so one key is good for some 2^32 answers (NIST SP 800-38D, section 8.3).</remarks>
public sealed class AesPayloadProtector : ICachePayloadProtector
{
    private const byte Version = 1;
    private readonly byte[][] _keys;

    /// <summary>Initializes a new instance of the <see cref="AesPayloadProtector"/> class.</summary>
    /// <param name="key">The key to encrypt with: 16, 24 or 32 random bytes.</param>
    /// <param name="retired">Keys that were used before, with which answers are still decrypted until they expire.</param>
    /// <exception cref="ArgumentException">A key has another length.</exception>
    public AesPayloadProtector(byte[] key, params byte[][] retired)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(retired);
        _keys = [(byte[])key.Clone(), .. retired.Select(old => (byte[])old.Clone())];
        if (Array.Exists(_keys, k => k.Length is not (16 or 24 or 32)))
        {
            throw new ArgumentException("A key must be of 16, 24 or 32 bytes.", _keys[0].Length is 16 or 24 or 32 ? nameof(retired) : nameof(key));
        }
    }

    /// <inheritdoc/>
    public string Protect(string payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        byte[] text = Encoding.UTF8.GetBytes(payload);
        byte[] stored = new byte[1 + AesBox.Overhead + text.Length];
        stored[0] = Version;
        AesBox.Close(_keys[0], text, stored.AsSpan(1));
        return Base64Url.EncodeToString(stored);
    }

    /// <inheritdoc/>
    public string Unprotect(string stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        byte[] bytes = Base64Url.DecodeFromChars(stored);
        if (bytes.Length < 1 + AesBox.Overhead || bytes[0] != Version)
        {
            throw new CryptographicException("This is not an answer that was protected here.");
        }

        byte[] text = new byte[bytes.Length - 1 - AesBox.Overhead];
        foreach (byte[] key in _keys)
        {
            if (AesBox.TryOpen(key, bytes.AsSpan(1), text))
            {
                return Encoding.UTF8.GetString(text);
            }
        }

        throw new CryptographicException("None of the keys is that of this answer.");
    }
}
