using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using TokenThrift.Caching.Keys;

namespace TokenThrift.Caching.Answers;

/// <summary>Binds what is written to a shared store to the key under which it is written, so that nobody without the secret can change it or move it.</summary>
/// <remarks>A keyed hash (HMAC-SHA-256) of key and value stands before the value. Safe for concurrent use.</remarks>
internal sealed class StoreSeal(byte[] secret)
{
    private const int Length = 43;

    // Apart from the hashes that the same secret makes into keys.
    private readonly byte[] _secret = HMACSHA256.HashData(secret, "seal"u8);

    /// <summary>Returns a value with its seal.</summary>
    public string Close(string key, string value) => Of(key, value) + value;

    /// <summary>Returns the value, or null where the seal is not that of this key and value.</summary>
    public string? Open(string key, string stored)
    {
        if (stored.Length < Length)
        {
            return null;
        }

        string value = stored[Length..];
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Of(key, value)), Encoding.UTF8.GetBytes(stored[..Length])) ? value : null;
    }

    private string Of(string key, string value)
    {
        using var writer = new KeyWriter();
        writer.Text(key);
        writer.Text(value);
        return Base64Url.EncodeToString(HMACSHA256.HashData(_secret, writer.Written));
    }
}
