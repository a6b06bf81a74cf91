using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace TokenThrift.Text;

/// <summary>How rare words are in general English, for weighing what a short text is about.</summary>
/// <remarks>
/// Counted once over the named texts of <c>Text/Background/README.md</c> by the script beside it; no text of an application and none
/// of an evaluation is in it. A word that is not in the table is taken for one that was seen once. Immutable; safe for concurrent use.
/// </remarks>
public sealed class BackgroundFrequencies
{
    // A weight is kept as sixteenths of a nat.
    private const float Step = 1 / 16f;
    private readonly int[] _starts = new int[(1 << 16) + 1];
    private readonly byte[] _weights;
    private readonly byte _maximum;
    private readonly uint[] _hashes;

    private BackgroundFrequencies(uint[] hashes, byte[] weights, byte maximum)
    {
        _hashes = hashes;
        _weights = weights;
        _maximum = maximum;
        foreach (uint hash in hashes)
        {
            _starts[(hash >> 16) + 1]++;
        }

        for (int i = 1; i < _starts.Length; i++)
        {
            _starts[i] += _starts[i - 1];
        }
    }

    /// <summary>Gets the table that comes with the package.</summary>
    public static BackgroundFrequencies Default { get; } = Load();

    /// <summary>Gets the number of words in the table.</summary>
    public int Count => _weights.Length;

    /// <summary>Gets the weight of a word that is not in the table, in nats.</summary>
    public float MaximumWeight => _maximum * Step;

    /// <summary>Returns how much a word tells texts apart.</summary>
    /// <param name="term">A lower-case, stemmed word, as <see cref="TextTerms.Of"/> gives them.</param>
    /// <returns>Its inverse document frequency ln(N / n), in nats, above 0.</returns>
    public float Weight(ReadOnlySpan<char> term) => Weight(Hash(term));

    internal static uint Hash(ReadOnlySpan<char> term) => (uint)XxHash3.HashToUInt64(MemoryMarshal.AsBytes(term));

    internal float Weight(uint hash)
    {
        int start = _starts[hash >> 16];
        int found = _hashes.AsSpan(start, _starts[(hash >> 16) + 1] - start).BinarySearch(hash);
        return found < 0 ? MaximumWeight : _weights[start + found] * Step;
    }

    /// <summary>Makes a table from counts.</summary>
    /// <param name="texts">How many texts were read.</param>
    /// <param name="counts">In how many of them each stemmed word was found.</param>
    /// <returns>The table. Words found less than three times are left out: they say more of the texts than of the language.</returns>
    public static BackgroundFrequencies FromCounts(int texts, IEnumerable<KeyValuePair<string, int>> counts)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(texts, 1);
        ArgumentNullException.ThrowIfNull(counts);
        var kept = new SortedDictionary<uint, int>();
        foreach ((string term, int count) in counts)
        {
            if (count >= 3)
            {
                uint hash = Hash(term);
                kept[hash] = Math.Max(count, kept.GetValueOrDefault(hash));
            }
        }

        return new BackgroundFrequencies([.. kept.Keys], [.. kept.Values.Select(Quantise)], Quantise(1));

        byte Quantise(int count) => (byte)Math.Clamp(Math.Round(Math.Log((double)texts / count) / Step), 1, 255);
    }

    /// <summary>Writes the table in the form in which the package holds it.</summary>
    /// <param name="destination">Where to.</param>
    public void Save(Stream destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(number, Count);
        destination.Write(number);
        destination.WriteByte(_maximum);
        foreach (uint hash in _hashes)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(number, hash);
            destination.Write(number);
        }

        destination.Write(_weights);
    }

    private static BackgroundFrequencies Load()
    {
        using Stream stream = typeof(BackgroundFrequencies).Assembly.GetManifestResourceStream("TokenThrift.Background.bin")!;
        byte[] table = new byte[stream.Length];
        stream.ReadExactly(table);
        uint[] hashes = new uint[BinaryPrimitives.ReadInt32LittleEndian(table)];
        for (int i = 0; i < hashes.Length; i++)
        {
            hashes[i] = BinaryPrimitives.ReadUInt32LittleEndian(table.AsSpan(5 + (i * 4)));
        }

        return new BackgroundFrequencies(hashes, table[(5 + (hashes.Length * 4))..], table[4]);
    }
}
