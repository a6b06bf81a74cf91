using System.Security.Cryptography;

namespace TokenThrift.Requests;

/// <summary>AES-GCM in one piece: a random nonce of 96 bits, the tag, and the encrypted content.</summary>
/// <remarks>With random nonces one key is good for some 2^32 contents (NIST SP 800-38D, section 8.3).</remarks>
internal static class AesBox
{
    private static readonly int NonceLength = AesGcm.NonceByteSizes.MaxSize;
    private static readonly int TagLength = AesGcm.TagByteSizes.MaxSize;

    /// <summary>Gets by how much a box is longer than its content, in bytes.</summary>
    public static int Overhead { get; } = NonceLength + TagLength;

    /// <summary>Encrypts a content into a box.</summary>
    /// <param name="key">The key: 16, 24 or 32 bytes.</param>
    /// <param name="content">The content.</param>
    /// <param name="box">Where the box goes; longer than the content by <see cref="Overhead"/>.</param>
    /// <param name="name">What the box is bound to; may be empty.</param>
    public static void Close(byte[] key, ReadOnlySpan<byte> content, Span<byte> box, ReadOnlySpan<byte> name = default)
    {
        Span<byte> nonce = box[..NonceLength];
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key, TagLength);
        aes.Encrypt(nonce, content, box[Overhead..], box[NonceLength..Overhead], name);
    }

    /// <summary>Decrypts a box. Returns whether it was closed with this key and name.</summary>
    /// <param name="key">The key.</param>
    /// <param name="box">The box; at least as long as <see cref="Overhead"/>.</param>
    /// <param name="content">Where the content goes.</param>
    /// <param name="name">What the box is bound to.</param>
    public static bool TryOpen(byte[] key, ReadOnlySpan<byte> box, Span<byte> content, ReadOnlySpan<byte> name = default)
    {
        using var aes = new AesGcm(key, TagLength);
        try
        {
            aes.Decrypt(box[..NonceLength], box[Overhead..], box[NonceLength..Overhead], content, name);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }
}
