namespace TokenThrift.Compression.References;

/// <summary>Where lines stand in the results of a prompt; of equal places the latest.</summary>
/// <remarks>
/// Immutable, so that histories which fork share it. It is made of parts of which each is at least twice as large as
/// the next: adding a line costs, on average, as many copies as there are parts, and looking one up at most as many looks.
/// </remarks>
internal sealed class LineIndex
{
    private readonly Dictionary<ulong, (int Item, int Line)>[] _parts;

    private LineIndex(Dictionary<ulong, (int Item, int Line)>[] parts) => _parts = parts;

    public static LineIndex Empty { get; } = new([]);

    /// <summary>Returns an index that also knows the lines of one more result.</summary>
    /// <param name="item">The number of the result.</param>
    /// <param name="lines">Its lines as they stand in the prompt.</param>
    public LineIndex With(int item, TextLines lines)
    {
        ulong[] keys = lines.Keys;
        var part = new Dictionary<ulong, (int Item, int Line)>(keys.Length);
        for (int i = 0; i < keys.Length; i++)
        {
            part[keys[i]] = (item, i);
        }

        int kept = _parts.Length;
        while (kept > 0 && _parts[kept - 1].Count < 2 * part.Count)
        {
            var merged = new Dictionary<ulong, (int Item, int Line)>(_parts[--kept]);
            foreach ((ulong key, (int Item, int Line) place) in part)
            {
                merged[key] = place;
            }

            part = merged;
        }

        return new LineIndex([.. _parts.AsSpan(0, kept), part]);
    }

    public bool TryFind(ulong key, out (int Item, int Line) place)
    {
        for (int i = _parts.Length - 1; i >= 0; i--)
        {
            if (_parts[i].TryGetValue(key, out place))
            {
                return true;
            }
        }

        place = default;
        return false;
    }
}
