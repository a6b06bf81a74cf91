using System.Numerics;

namespace TokenThrift.Caching;

/// <summary>A query in the form in which it meets codes: the level of each coordinate in four planes of bits.</summary>
internal readonly struct CodeQuery(ulong[] planes, float low, float step, float sum)
{
    private readonly ulong[] _planes = planes;
    private readonly float _doubleLow = 2 * low;
    private readonly float _doubleStep = 2 * step;

    /// <summary>Estimates the similarity to an entry.</summary>
    public float Estimate(ReadOnlySpan<ulong> code, CodeFactors factors) =>
        factors.Scale * ((_doubleLow * factors.Set) + (_doubleStep * Count(code)) - sum);

    /// <summary>Adds up the levels of the coordinates whose bit is set.</summary>
    public int Count(ReadOnlySpan<ulong> code)
    {
        ReadOnlySpan<ulong> planes = _planes.AsSpan(0, code.Length * 4);
        int ones = 0;
        int twos = 0;
        int fours = 0;
        int eights = 0;
        for (int i = 0; i < code.Length; i++)
        {
            ulong word = code[i];
            ones += BitOperations.PopCount(word & planes[4 * i]);
            twos += BitOperations.PopCount(word & planes[(4 * i) + 1]);
            fours += BitOperations.PopCount(word & planes[(4 * i) + 2]);
            eights += BitOperations.PopCount(word & planes[(4 * i) + 3]);
        }

        return ones + (2 * twos) + (4 * fours) + (8 * eights);
    }
}
