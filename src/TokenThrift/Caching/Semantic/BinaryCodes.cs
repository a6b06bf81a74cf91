using System.Numerics;
using System.Numerics.Tensors;

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
    private const int MinimumBits = 512;
    private const int Planes = 4;
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
    }

    public int Bits { get; }

    public int Words { get; }

    /// <summary>Makes the code of an entry. Returns the factors by which a count of bits becomes a similarity.</summary>
    public CodeFactors Encode(ReadOnlySpan<float> vector, Span<ulong> code)
    {
        float[] rotated = Rotate(vector);
        Span<float> kept = rotated.AsSpan(0, Bits);
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
    public CodeQuery Prepare(ReadOnlySpan<float> vector)
    {
        float[] rotated = Rotate(vector);
        Span<float> kept = rotated.AsSpan(0, Bits);
        float low = TensorPrimitives.Min<float>(kept);
        float step = Math.Max((TensorPrimitives.Max<float>(kept) - low) / ((1 << Planes) - 1), float.Epsilon);
        ulong[] planes = new ulong[Words * Planes];
        float sum = 0;
        for (int i = 0; i < Bits; i++)
        {
            int level = (int)(((kept[i] - low) / step) + 0.5f);
            sum += low + (level * step);
            ulong bit = 1UL << (i & 63);
            int at = (i >> 6) * Planes;
            planes[at] |= (level & 1) != 0 ? bit : 0;
            planes[at + 1] |= (level & 2) != 0 ? bit : 0;
            planes[at + 2] |= (level & 4) != 0 ? bit : 0;
            planes[at + 3] |= (level & 8) != 0 ? bit : 0;
        }

        return new CodeQuery(planes, low, step, sum);
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

    private float[] Rotate(ReadOnlySpan<float> vector)
    {
        float[] rotated = new float[_padded];
        vector[..Math.Min(vector.Length, _dimensions)].CopyTo(rotated);
        TensorPrimitives.Multiply(rotated, _firstSigns, rotated);
        Hadamard(rotated);
        TensorPrimitives.Multiply(rotated, _secondSigns, rotated);
        Hadamard(rotated);
        TensorPrimitives.Multiply(rotated, 1f / _padded, rotated);
        return rotated;
    }

    // The fast Walsh-Hadamard transform, without its factor of 1 / sqrt(n).
    private static void Hadamard(Span<float> values)
    {
        for (int half = 1; half < values.Length; half *= 2)
        {
            for (int start = 0; start < values.Length; start += half * 2)
            {
                Span<float> left = values.Slice(start, half);
                Span<float> right = values.Slice(start + half, half);
                int i = 0;
                for (; i + Vector<float>.Count <= half; i += Vector<float>.Count)
                {
                    var a = new Vector<float>(left[i..]);
                    var b = new Vector<float>(right[i..]);
                    (a + b).CopyTo(left[i..]);
                    (a - b).CopyTo(right[i..]);
                }

                for (; i < half; i++)
                {
                    (left[i], right[i]) = (left[i] + right[i], left[i] - right[i]);
                }
            }
        }
    }
}
