using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace TokenThrift.Compression.Sessions;

/// <summary>Names and lines that stand in a prompt, by their hashes.</summary>
/// <remarks>
/// Immutable, so that histories which fork share it. It is made of parts of which each is at least twice as large as
/// the next, so that adding costs, on average, as many copies as there are parts.
/// </remarks>
internal sealed class NameSet
{
    private readonly HashSet<ulong>[] _parts;

    private NameSet(HashSet<ulong>[] parts) => _parts = parts;

    public static NameSet Empty { get; } = new([]);

    /// <summary>Returns the key of a name or line; the same in every process.</summary>
    public static ulong KeyOf(ReadOnlySpan<char> name) => XxHash3.HashToUInt64(MemoryMarshal.AsBytes(name));

    /// <summary>Returns a set that also holds some names; nobody may change the argument from then on.</summary>
    public NameSet With(HashSet<ulong> names)
    {
        if (names.Count == 0)
        {
            return this;
        }

        HashSet<ulong> part = names;
        int kept = _parts.Length;
        while (kept > 0 && _parts[kept - 1].Count < 2 * part.Count)
        {
            var merged = new HashSet<ulong>(_parts[--kept]);
            merged.UnionWith(part);
            part = merged;
        }

        return new NameSet([.. _parts.AsSpan(0, kept), part]);
    }

    public bool Contains(ulong key)
    {
        foreach (HashSet<ulong> part in _parts)
        {
            if (part.Contains(key))
            {
                return true;
            }
        }

        return false;
    }
}
