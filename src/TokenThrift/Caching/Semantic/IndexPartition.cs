using System.Buffers;

namespace TokenThrift.Caching;

/// <summary>The entries of one partition, one encoder, one number of dimensions. Many readers without locks, one writer at a time.</summary>
internal sealed class IndexPartition(BinaryCodes codes, int dimensions)
{
    private readonly Dictionary<string, IndexSlot> _byId = new(StringComparer.Ordinal);
    private Block _block = new(new ulong[codes.Words * 8], new CodeFactors[8], new IndexSlot?[8], 0);

    public int Count => _byId.Count;

    public int Dimensions => dimensions;

    public IndexSlot? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>Adds a slot; under the index's lock, after one of the same id was removed.</summary>
    public void Add(IndexSlot slot, ReadOnlySpan<float> vector)
    {
        Block block = _block;
        int at = block.Count;
        if (at == block.Slots.Length)
        {
            ulong[] words = block.Words;
            CodeFactors[] factors = block.Factors;
            IndexSlot?[] slots = block.Slots;
            Array.Resize(ref words, words.Length * 2);
            Array.Resize(ref factors, factors.Length * 2);
            Array.Resize(ref slots, slots.Length * 2);
            block = new Block(words, factors, slots, at);
        }

        block.Factors[at] = codes.Encode(vector, block.Words.AsSpan(at * codes.Words, codes.Words));
        block.Slots[at] = slot;
        slot.Position = at;
        _byId[slot.Entry.Id] = slot;
        Volatile.Write(ref _block, block with { Count = at + 1 });
    }

    /// <summary>Removes a slot; under the index's lock. A reader may meet the one that takes its place twice, or miss it once.</summary>
    public void Remove(IndexSlot slot)
    {
        Block block = _block;
        int last = block.Count - 1;
        int at = slot.Position;
        if (at != last)
        {
            IndexSlot moved = block.Slots[last]!;
            block.Words.AsSpan(last * codes.Words, codes.Words).CopyTo(block.Words.AsSpan(at * codes.Words));
            block.Factors[at] = block.Factors[last];
            block.Slots[at] = moved;
            moved.Position = at;
        }

        block.Slots[last] = null;
        _byId.Remove(slot.Entry.Id);
        Volatile.Write(ref _block, block with { Count = last });
    }

    /// <summary>Finds the nearest entries: all by their codes, the best of these by their vectors.</summary>
    public List<SemanticMatch> Search(ReadOnlySpan<float> query, int count, DateTimeOffset now)
    {
        Block block = Volatile.Read(ref _block);

        // The estimate is off by about 0.02 at 512 bits; twice as many candidates as are wanted, and some, hold the true ones.
        int wanted = Math.Min(block.Count, (2 * count) + 16);
        (float, int)[] rented = ArrayPool<(float, int)>.Shared.Rent(Math.Max(1, wanted * 4));
        float[] buffer = ArrayPool<float>.Shared.Rent(Math.Max(1, dimensions));
        try
        {
            Span<(float Estimate, int At)> candidates = rented.AsSpan(0, wanted * 4);
            int kept = FirstPass(block, codes.Prepare(query), candidates, wanted);
            var matches = new List<SemanticMatch>(kept);
            HashSet<IndexSlot>? seen = null;
            foreach ((float _, int at) in candidates[..kept])
            {
                if (Volatile.Read(ref block.Slots[at]) is { } slot && slot.Entry.ExpiresAt > now && (seen ??= []).Add(slot))
                {
                    matches.Add(new SemanticMatch(slot.Entry, slot.Similarity(query, buffer)));
                }
            }

            matches.Sort(static (x, y) => y.Similarity.CompareTo(x.Similarity));
            if (matches.Count > count)
            {
                matches.RemoveRange(count, matches.Count - count);
            }

            return matches;
        }
        finally
        {
            ArrayPool<float>.Shared.Return(buffer);
            ArrayPool<(float, int)>.Shared.Return(rented);
        }
    }

    /// <summary>Adds up an estimate of each entry and nothing else: the least that a first pass can cost.</summary>
    internal float RawPass(ReadOnlySpan<float> query)
    {
        Block block = _block;
        CodeQuery prepared = codes.Prepare(query);
        int words = codes.Words;
        float sum = 0;
        for (int i = 0; i < block.Count; i++)
        {
            sum += prepared.Estimate(block.Words.AsSpan(i * words, words), block.Factors[i]);
        }

        return sum;
    }

    private int FirstPass(Block block, CodeQuery query, Span<(float Estimate, int At)> candidates, int wanted)
    {
        int words = codes.Words;
        int kept = 0;
        float floor = float.NegativeInfinity;
        for (int i = 0; i < block.Count; i++)
        {
            float estimate = query.Estimate(block.Words.AsSpan(i * words, words), block.Factors[i]);
            if (estimate > floor)
            {
                candidates[kept++] = (estimate, i);
                if (kept == candidates.Length)
                {
                    floor = Cut(candidates, wanted);
                    kept = wanted;
                }
            }
        }

        if (kept > wanted)
        {
            Cut(candidates[..kept], wanted);
            kept = wanted;
        }

        return kept;
    }

    // Brings the best to the front and returns the worst of them.
    private static float Cut(Span<(float Estimate, int At)> candidates, int wanted)
    {
        candidates.Sort(static (x, y) => y.Estimate.CompareTo(x.Estimate));
        return candidates[wanted - 1].Estimate;
    }

    private sealed record Block(ulong[] Words, CodeFactors[] Factors, IndexSlot?[] Slots, int Count);
}
