using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TokenThrift.Caching;

/// <summary>Keeps the best of the candidates that it is shown: a heap with the worst of those kept on top.</summary>
/// <param name="estimates">As many places as candidates are kept.</param>
/// <param name="positions">As many again.</param>
internal ref struct NearestCandidates(Span<float> estimates, Span<int> positions)
{
    private readonly Span<float> _estimates = estimates;
    private readonly Span<int> _positions = positions;
    private int _count;

    /// <summary>Gets how many are kept; they are the first, in no order.</summary>
    public readonly int Count => _count;

    /// <summary>Keeps those of several candidates that are better than the worst of those kept.</summary>
    /// <param name="estimates">Their estimated similarities.</param>
    /// <param name="start">Where the first stands in its partition; the others follow it.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void AddRange(scoped ReadOnlySpan<float> estimates, int start)
    {
        int i = 0;
        for (; i < estimates.Length && _count < _estimates.Length; i++)
        {
            (_estimates[_count], _positions[_count]) = (estimates[i], start + i);
            if (++_count == _estimates.Length)
            {
                for (int parent = (_count / 2) - 1; parent >= 0; parent--)
                {
                    Sink(parent, _estimates[parent], _positions[parent]);
                }
            }
        }

        // Nearly all are worse; eight are passed over at a time.
        for (; i < estimates.Length; i += Vector256<float>.Count)
        {
            ReadOnlySpan<float> next = estimates[i..Math.Min(estimates.Length, i + Vector256<float>.Count)];
            if (next.Length == Vector256<float>.Count && !Vector256.GreaterThanAny(Vector256.Create(next), Vector256.Create(_estimates[0])))
            {
                continue;
            }

            for (int j = 0; j < next.Length; j++)
            {
                if (next[j] > _estimates[0])
                {
                    Sink(0, next[j], start + i + j);
                }
            }
        }
    }

    private readonly void Sink(int at, float estimate, int position)
    {
        for (int child = (2 * at) + 1; child < _estimates.Length; child = (2 * at) + 1)
        {
            if (child + 1 < _estimates.Length && _estimates[child + 1] < _estimates[child])
            {
                child++;
            }

            if (_estimates[child] >= estimate)
            {
                break;
            }

            (_estimates[at], _positions[at]) = (_estimates[child], _positions[child]);
            at = child;
        }

        (_estimates[at], _positions[at]) = (estimate, position);
    }
}
