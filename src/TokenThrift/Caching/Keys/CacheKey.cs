using System.Buffers.Text;
using System.Runtime.InteropServices;

namespace TokenThrift.Caching.Keys;

/// <summary>A keyed 256-bit hash.</summary>
internal readonly record struct CacheKey(UInt128 High, UInt128 Low)
{
    public static CacheKey Of(ReadOnlySpan<byte> hash) => MemoryMarshal.Read<CacheKey>(hash);

    /// <summary>Reads what <see cref="ToString"/> wrote; null where it is something else.</summary>
    public static CacheKey? Parse(string text)
    {
        Span<byte> bytes = stackalloc byte[32];
        return text.Length == Base64Url.GetEncodedLength(bytes.Length) && Base64Url.TryDecodeFromChars(text, bytes, out int written) && written == bytes.Length ? Of(bytes) : null;
    }

    public void CopyTo(Span<byte> bytes)
    {
        CacheKey self = this;
        MemoryMarshal.Write(bytes, in self);
    }

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[32];
        CopyTo(bytes);
        return Base64Url.EncodeToString(bytes);
    }
}
