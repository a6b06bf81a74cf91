using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TokenThrift.Caching;

/// <summary>A query in the form in which it meets codes: the level of each coordinate in four planes of bits.</summary>
internal readonly ref struct CodeQuery(ReadOnlySpan<ulong> planes, float low, float step, float sum)
{
    private readonly ReadOnlySpan<ulong> _planes = planes;
    private readonly float _doubleLow = 2 * low;
    private readonly float _doubleStep = 2 * step;
    private readonly float _sum = sum;

    /// <summary>Estimates the similarity to each of several entries.</summary>
    /// <param name="codes">Their codes, one after the other, and perhaps more.</param>
    /// <param name="factors">Their factors, and perhaps more.</param>
    /// <param name="estimates">Where the estimates are written, one for each.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Estimate(ReadOnlySpan<ulong> codes, ReadOnlySpan<CodeFactors> factors, Span<float> estimates)
    {
        int words = _planes.Length / BinaryCodes.Planes;
        factors = factors[..estimates.Length];
        ref ulong code = ref MemoryMarshal.GetReference(codes[..(estimates.Length * words)]);
        for (int i = 0; i < estimates.Length; i++)
        {
            estimates[i] = factors[i].Scale * ((_doubleLow * factors[i].Set) + (_doubleStep * Count(ref code)) - _sum);
            code = ref Unsafe.Add(ref code, words);
        }
    }

    // Adds up the levels of the coordinates whose bit is set. References rather than spans: this is nearly all that a search does.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Count(ref ulong code)
    {
        ref ulong plane = ref MemoryMarshal.GetReference(_planes);
        int ones = 0;
        int twos = 0;
        int fours = 0;
        int eights = 0;
        for (int i = 0; i < _planes.Length; i += BinaryCodes.Planes)
        {
            ones += BitOperations.PopCount(code & Unsafe.Add(ref plane, i));
            twos += BitOperations.PopCount(code & Unsafe.Add(ref plane, i + 1));
            fours += BitOperations.PopCount(code & Unsafe.Add(ref plane, i + 2));
            eights += BitOperations.PopCount(code & Unsafe.Add(ref plane, i + 3));
            code = ref Unsafe.Add(ref code, 1);
        }

        return ones + (2 * twos) + (4 * fours) + (8 * eights);
    }
}
