using System.Buffers.Text;
using System.Runtime.InteropServices;

namespace TokenThrift.Caching.Keys;

/// <summary>A keyed 256-bit hash.</summary>
internal readonly record struct CacheKey(UInt128 High, UInt128 Low)
{
    public static CacheKey Of(ReadOnlySpan<byte> hash) => MemoryMarshal.Read<CacheKey>(hash);

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
