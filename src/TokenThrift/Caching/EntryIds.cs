using System.Buffers.Text;
using System.Runtime.InteropServices;

namespace TokenThrift.Caching;

/// <summary>Makes ids that say nothing of what they name.</summary>
internal static class EntryIds
{
    public static string Next()
    {
        Guid id = Guid.NewGuid();
        return Base64Url.EncodeToString(MemoryMarshal.AsBytes(new ReadOnlySpan<Guid>(in id)));
    }
}
