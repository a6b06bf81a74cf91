using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace TokenThrift.Caching;

/// <summary>Turns unit vectors into one bit a dimension, from which a similarity can be estimated without bias.</summary>
/// <remarks>
/// After J. Gao and C. Long, "RaBitQ: Quantizing High-Dimensional Vectors with a Theoretical Error Bound" (SIGMOD 2024), section 3: a
/// random rotation (here two rounds of random signs and a Hadamard transform), the sign of each coordinate, one factor for each
/// vector, and a query in four bits a coordinate so that the inner product is a few population counts. Vectors of more than
/// <see cref="MaximumBits"/> dimensions keep that many coordinates of the rotated vector. Immutable; safe for concurrent use.
/// </remarks>
internal sealed class BinaryCodes
{
    public const int MaximumBits = 1024;
    public const int Planes = 4;
    private const int MinimumBits = 512;
    private const int Lanes = 8;
    private readonly int _dimensions;
    private readonly int _padded;
    private readonly float[] _firstSigns;
    private readonly float[] _secondSigns;

    public BinaryCodes(int dimensions)
    {
        _dimensions = dimensions;
        _padded = Math.Max(MinimumBits, (int)BitOperations.RoundUpToPowerOf2((uint)dimensions));
        Bits = Math.Min(_padded, MaximumBits);
        Words = Bits / 64;
        _firstSigns = Signs(0x9E3779B97F4A7C15UL, _padded);
        _secondSigns = Signs(0xD1B54A32D192ED03UL, _padded);

        // Each of the two transforms is longer by the root of the length than a rotation is.
        TensorPrimitives.Multiply(_secondSigns, 1f / _padded, _secondSigns);
    }

    public int Bits { get; }

    public int Words { get; }

    /// <summary>Gets how many numbers <see cref="Encode"/> and <see cref="Prepare"/> need to work in.</summary>
    public int ScratchLength => _padded;

    /// <summary>Makes the code of an entry. Returns the factors by which a count of bits becomes a similarity.</summary>
    public CodeFactors Encode(ReadOnlySpan<float> vector, Span<ulong> code)
    {
        Span<float> kept = Rotate(vector, new float[_padded]);
        code[..Words].Clear();
        int set = 0;
        for (int i = 0; i < Bits; i++)
        {
            if (kept[i] > 0)
            {
                code[i >> 6] |= 1UL << (i & 63);
                set++;
            }
        }

        float length = TensorPrimitives.SumOfMagnitudes<float>(kept);
        float scale = length > 0 ? TensorPrimitives.SumOfSquares<float>(kept) / length * _padded / Bits : 0;
        return new CodeFactors(scale, set);
    }

    /// <summary>Prepares a query: four planes of bits, and the numbers that turn counts into similarities.</summary>
    /// <param name="vector">The vector of the question.</param>
    /// <param name="planes">Where the planes are written: for each word of a code, four words.</param>
    /// <param name="scratch">Room for <see cref="ScratchLength"/> numbers.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public CodeQuery Prepare(ReadOnlySpan<float> vector, Span<ulong> planes, Span<float> scratch)
    {
        Span<float> kept = Rotate(vector, scratch);
        float low = TensorPrimitives.Min<float>(kept);
        float range = TensorPrimitives.Max<float>(kept) - low;
        float step = range > 0 ? range / ((1 << Planes) - 1) : 1;
        planes = planes[..(Words * Planes)];
        planes.Clear();
        long sum = 0;
        Vector256<float> lows = Vector256.Create(low);
        Vector256<float> perStep = Vector256.Create(1 / step);
        for (int i = 0; i < Bits; i += Lanes)
        {
            Vector256<int> levels = Vector256.ConvertToInt32(((Vector256.Create<float>(kept.Slice(i, Lanes)) - lows) * perStep) + Vector256.Create(0.5f));
            sum += Vector256.Sum(levels);
            Span<ulong> word = planes.Slice((i >> 6) * Planes, Planes);
            for (int plane = 0; plane < Planes; plane++)
            {
                // The bit of this plane, moved to where a sign is read.
                word[plane] |= (ulong)Vector256.ExtractMostSignificantBits(levels << (31 - plane)) << (i & 63);
            }
        }

        return new CodeQuery(planes, low, step, (low * Bits) + (step * sum));
    }

    private static float[] Signs(ulong seed, int count)
    {
        // SplitMix64, so that codes are the same on every machine.
        float[] signs = new float[count];
        for (int i = 0; i < count; i++)
        {
            seed += 0x9E3779B97F4A7C15UL;
            ulong z = (seed ^ (seed >> 30)) * 0xBF58476D1CE4E5B9UL;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
            signs[i] = ((z ^ (z >> 31)) & 1) == 0 ? 1 : -1;
        }

        return signs;
    }

    private Span<float> Rotate(ReadOnlySpan<float> vector, Span<float> scratch)
    {
        Span<float> rotated = scratch[.._padded];
        vector = vector[..Math.Min(vector.Length, _dimensions)];
        TensorPrimitives.Multiply(vector, _firstSigns.AsSpan(0, vector.Length), rotated);
        rotated[vector.Length..].Clear();
        Hadamard(rotated);
        TensorPrimitives.Multiply(rotated, _secondSigns, rotated);
        Hadamard(rotated);
        return rotated[..Bits];
    }

    // The fast Walsh-Hadamard transform, without its factor of 1 / sqrt(n).
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Hadamard(Span<float> values)
    {
        Span<Vector256<float>> blocks = MemoryMarshal.Cast<float, Vector256<float>>(values);

        // Inside a block of eight: neighbours, pairs, halves.
        Vector256<float> oddSigns = Vector256.Create(1f, -1, 1, -1, 1, -1, 1, -1);
        Vector256<float> pairSigns = Vector256.Create(1f, 1, -1, -1, 1, 1, -1, -1);
        Vector256<float> halfSigns = Vector256.Create(1f, 1, 1, 1, -1, -1, -1, -1);
        for (int i = 0; i < blocks.Length; i++)
        {
            Vector256<float> block = blocks[i];
            block = (block * oddSigns) + Vector256.Shuffle(block, Vector256.Create(1, 0, 3, 2, 5, 4, 7, 6));
            block = (block * pairSigns) + Vector256.Shuffle(block, Vector256.Create(2, 3, 0, 1, 6, 7, 4, 5));
            blocks[i] = (block * halfSigns) + Vector256.Shuffle(block, Vector256.Create(4, 5, 6, 7, 0, 1, 2, 3));
        }

        for (int half = 1; half < blocks.Length; half *= 2)
        {
            for (int start = 0; start < blocks.Length; start += half * 2)
            {
                for (int i = start; i < start + half; i++)
                {
                    (blocks[i], blocks[i + half]) = (blocks[i] + blocks[i + half], blocks[i] - blocks[i + half]);
                }
            }
        }
    }
}
