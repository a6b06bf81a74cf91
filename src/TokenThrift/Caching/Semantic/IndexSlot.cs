using System.Numerics;
using System.Runtime.CompilerServices;

namespace TokenThrift.Caching;

/// <summary>An entry as the in-process index holds it. Its own vector, so that a reader who has the slot has both.</summary>
internal sealed class IndexSlot
{
    // Object headers, dictionary nodes, arrays: about what an entry takes beside its texts and numbers.
    private const int Overhead = 400;

    // The upper halves of the numbers (bfloat16): half the room, widened by a shift; a similarity is off by less than 0.001.
    private readonly ushort[] _vector;

    public IndexSlot(SemanticEntry entry)
    {
        ReadOnlySpan<float> vector = entry.Vector.Span;
        _vector = new ushort[vector.Length];
        for (int i = 0; i < vector.Length; i++)
        {
            _vector[i] = (ushort)((BitConverter.SingleToUInt32Bits(vector[i]) + 0x8000) >> 16);
        }

        Entry = entry.WithoutVector();
        ExpiresAt = entry.ExpiresAt;
        Bytes = Overhead + (_vector.Length * 2) + (2 * (entry.Question.Length + entry.Answer.Length + entry.Id.Length));
    }

    public SemanticEntry Entry { get; }

    /// <summary>Gets when it may no longer be served; here too, for a search asks each candidate.</summary>
    public DateTimeOffset ExpiresAt { get; }

    public int Bytes { get; }

    public int Dimensions => _vector.Length;

    /// <summary>Gets or sets where it stands in its partition; written under the index's lock.</summary>
    public int Position { get; set; }

    /// <summary>Gets or sets where it stands among all; written under the index's lock.</summary>
    public int GlobalPosition { get; set; }

    /// <summary>Multiplies its vector with another of the same length.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public float Similarity(ReadOnlySpan<float> query)
    {
        Vector<float> even = Vector<float>.Zero;
        Vector<float> odd = Vector<float>.Zero;
        int i = 0;
        for (; i + Vector<ushort>.Count <= _vector.Length; i += Vector<ushort>.Count)
        {
            Vector.Widen(new Vector<ushort>(_vector, i), out Vector<uint> low, out Vector<uint> high);
            even += Vector.AsVectorSingle(low << 16) * new Vector<float>(query[i..]);
            odd += Vector.AsVectorSingle(high << 16) * new Vector<float>(query[(i + Vector<float>.Count)..]);
        }

        float sum = Vector.Sum(even + odd);
        for (; i < _vector.Length; i++)
        {
            sum += BitConverter.UInt32BitsToSingle((uint)_vector[i] << 16) * query[i];
        }

        return sum;
    }

    /// <summary>What keeping it is worth: what it saves at each use, by how often it is used, by what it takes.</summary>
    public double Value(DateTimeOffset now)
    {
        double hours = Math.Max(0, (now - Entry.CreatedAt).TotalHours);
        return ExpiresAt <= now ? 0 : (Entry.Uses + 1) / (hours + 1) * Entry.Worth / Bytes;
    }
}
