using System.Numerics.Tensors;

namespace TokenThrift.Caching;

/// <summary>An entry as the in-process index holds it. Its own vector, so that a reader who has the slot has both.</summary>
internal sealed class IndexSlot
{
    // Object headers, dictionary nodes, arrays: about what an entry takes beside its texts and numbers.
    private const int Overhead = 400;

    private readonly Half[] _vector;

    public IndexSlot(SemanticEntry entry)
    {
        _vector = new Half[entry.Vector.Length];
        TensorPrimitives.ConvertToHalf(entry.Vector.Span, _vector);
        Entry = entry.WithoutVector();
        Bytes = Overhead + (_vector.Length * 2) + (2 * (entry.Question.Length + entry.Answer.Length + entry.Id.Length));
    }

    public SemanticEntry Entry { get; }

    public int Bytes { get; }

    public ReadOnlySpan<Half> Vector => _vector;

    /// <summary>Gets or sets where it stands in its partition; written under the index's lock.</summary>
    public int Position { get; set; }

    /// <summary>Gets or sets where it stands among all; written under the index's lock.</summary>
    public int GlobalPosition { get; set; }

    public double Similarity(ReadOnlySpan<float> query, Span<float> buffer)
    {
        Span<float> vector = buffer[.._vector.Length];
        TensorPrimitives.ConvertToSingle(_vector, vector);
        return Math.Clamp(TensorPrimitives.Dot<float>(query, vector), -1, 1);
    }

    /// <summary>What keeping it is worth: what it saves at each use, by how often it is used, by what it takes.</summary>
    public double Value(DateTimeOffset now)
    {
        double hours = Math.Max(0, (now - Entry.CreatedAt).TotalHours);
        return Entry.ExpiresAt <= now ? 0 : (Entry.Uses + 1) / (hours + 1) * Entry.Worth / Bytes;
    }
}
