using System.Buffers;
using System.Runtime.CompilerServices;

namespace TokenThrift.Caching;

/// <summary>The entries of one partition, one encoder, one number of dimensions. Many readers without locks, one writer at a time.</summary>
internal sealed class IndexPartition(BinaryCodes codes, int dimensions)
{
    private const int Spare = 8;
    private const int Batch = 256;
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
    /// <param name="query">The vector of the question.</param>
    /// <param name="count">How many to return at most.</param>
    /// <param name="now">The time.</param>
    /// <param name="metExpired">Whether an entry past its time took the place of another.</param>
    public SemanticMatch[] Search(ReadOnlySpan<float> query, int count, DateTimeOffset now, out bool metExpired)
    {
        Block block = Volatile.Read(ref _block);

        // The estimate is off by about 0.03 at 512 bits; some candidates more than are wanted hold the true ones.
        int wanted = (int)Math.Min(block.Count, (long)count + Spare);
        float[] numbers = ArrayPool<float>.Shared.Rent(codes.ScratchLength + wanted);
        int[] positions = ArrayPool<int>.Shared.Rent(wanted);
        try
        {
            CodeQuery prepared = codes.Prepare(query, stackalloc ulong[BinaryCodes.MaximumBits / 64 * BinaryCodes.Planes], numbers.AsSpan(wanted));
            var candidates = new NearestCandidates(numbers.AsSpan(0, wanted), positions.AsSpan(0, wanted));
            FirstPass(block, codes.Words, prepared, ref candidates);
            return Rerank(block, positions.AsSpan(0, candidates.Count), numbers.AsSpan(0, candidates.Count), query, count, now, out metExpired);
        }
        finally
        {
            ArrayPool<int>.Shared.Return(positions);
            ArrayPool<float>.Shared.Return(numbers);
        }
    }

    /// <summary>Finds the entries that are past their time.</summary>
    public List<IndexSlot> Expired(DateTimeOffset now) => [.. _byId.Values.Where(slot => slot.ExpiresAt <= now)];

    /// <summary>Estimates the similarity of each entry and does nothing with it: the least that a first pass can cost.</summary>
    internal float RawPass(ReadOnlySpan<float> query)
    {
        Block block = Volatile.Read(ref _block);
        float[] scratch = ArrayPool<float>.Shared.Rent(codes.ScratchLength);
        CodeQuery prepared = codes.Prepare(query, stackalloc ulong[BinaryCodes.MaximumBits / 64 * BinaryCodes.Planes], scratch);
        Span<float> estimates = stackalloc float[Batch];
        float sum = 0;
        for (int start = 0; start < block.Count; start += Batch)
        {
            Span<float> batch = estimates[..Math.Min(Batch, block.Count - start)];
            prepared.Estimate(block.Words.AsSpan(start * codes.Words), block.Factors.AsSpan(start), batch);
            sum += batch[0];
        }

        ArrayPool<float>.Shared.Return(scratch);
        return sum;
    }

    private static void FirstPass(Block block, int words, scoped CodeQuery query, ref NearestCandidates candidates)
    {
        Span<float> estimates = stackalloc float[Batch];
        for (int start = 0; start < block.Count; start += Batch)
        {
            Span<float> batch = estimates[..Math.Min(Batch, block.Count - start)];
            query.Estimate(block.Words.AsSpan(start * words), block.Factors.AsSpan(start), batch);
            candidates.AddRange(batch, start);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static SemanticMatch[] Rerank(
        Block block, ReadOnlySpan<int> positions, Span<float> distances, ReadOnlySpan<float> query, int count, DateTimeOffset now, out bool metExpired)
    {
        metExpired = false;
        var slots = new IndexSlot?[positions.Length];
        int live = 0;
        foreach (int position in positions)
        {
            // Each slot is read once: a writer may put another in its place at any time.
            if (Volatile.Read(ref block.Slots[position]) is not { } slot)
            {
                continue;
            }

            if (slot.ExpiresAt <= now)
            {
                metExpired = true;
                continue;
            }

            slots[live] = slot;
            distances[live++] = -slot.Similarity(query);
        }

        distances[..live].Sort(slots.AsSpan(0, live));
        var matches = new SemanticMatch[Math.Min(count, live)];
        int found = 0;
        for (int i = 0; i < live && found < count; i++)
        {
            // One that was moved meanwhile was met twice, each time at the same similarity.
            if (i == 0 || !ReferenceEquals(slots[i], slots[i - 1]))
            {
                matches[found++] = new SemanticMatch(slots[i]!.Entry, Math.Clamp(-distances[i], -1, 1));
            }
        }

        return found == matches.Length ? matches : matches[..found];
    }

    private sealed record Block(ulong[] Words, CodeFactors[] Factors, IndexSlot?[] Slots, int Count);
}
