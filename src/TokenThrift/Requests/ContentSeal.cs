using System.Security.Cryptography;
using System.Text;

namespace TokenThrift.Requests;

/// <summary>Encrypts what is kept in a store and binds it to the name under which it stands. Safe for concurrent use.</summary>
/// <remarks>
/// AES-256-GCM (<see cref="AesBox"/>); the name is authenticated with the content. Key and names are made of the secret by HMAC-SHA-256.
/// </remarks>
internal sealed class ContentSeal
{
    private readonly byte[] _key;
    private readonly byte[] _names;

    /// <summary>Initializes a new instance of the <see cref="ContentSeal"/> class.</summary>
    /// <param name="secret">The application's secret, of any length.</param>
    /// <param name="purpose">What it is for: one secret gives every purpose a key of its own.</param>
    public ContentSeal(string secret, string purpose)
    {
        byte[] root = SHA256.HashData(Encoding.UTF8.GetBytes(secret));
        _key = HMACSHA256.HashData(root, Encoding.UTF8.GetBytes("contents of " + purpose));
        _names = HMACSHA256.HashData(root, Encoding.UTF8.GetBytes("names of " + purpose));
    }

    /// <summary>Returns a name that is the same in every process and tells nothing of what it is made of: 32 hexadecimal digits.</summary>
    /// <param name="parts">What it is made of.</param>
    public string NameOf(IEnumerable<string> parts)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _names);
        foreach (string part in parts)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(part);
            hash.AppendData(BitConverter.GetBytes(bytes.Length));
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }

    /// <summary>Encrypts a content.</summary>
    /// <param name="name">The name under which it is kept.</param>
    /// <param name="content">The content.</param>
    public byte[] Close(string name, ReadOnlySpan<byte> content)
    {
        byte[] stored = new byte[AesBox.Overhead + content.Length];
        AesBox.Close(_key, content, stored, Encoding.UTF8.GetBytes(name));
        return stored;
    }

    /// <summary>Decrypts a content.</summary>
    /// <param name="name">The name under which it is kept.</param>
    /// <param name="stored">What is kept there.</param>
    /// <exception cref="InvalidDataException">It was not written with this secret, for this purpose, under this name.</exception>
    public byte[] Open(string name, byte[] stored)
    {
        byte[] content = new byte[Math.Max(0, stored.Length - AesBox.Overhead)];
        return stored.Length >= AesBox.Overhead && AesBox.TryOpen(_key, stored, content, Encoding.UTF8.GetBytes(name)) ? content
            : throw new InvalidDataException("What is kept there was not written with this secret under this name.");
    }
}
