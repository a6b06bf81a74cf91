using System.Collections.Concurrent;

namespace TokenThrift.Routing;

/// <summary>Remembers how long answers to a kind of work are, so that legs which have not answered it yet are ranked by the same length as those which have.</summary>
/// <remarks>
/// A model's own length counts for more with each answer; before that, all models are taken to answer a kind of work, and
/// unknown work, as others have. Recent answers count for more. Safe for concurrent use.
/// </remarks>
internal sealed class OutputLengths
{
    // As many observations as one level's mean is worth to the level below it.
    private const double Prior = 4;

    // Older answers fade, so that a model which has become terse is believed.
    private const double Memory = 50;
    private const int MostKinds = 10_000;
    private readonly ConcurrentDictionary<(string? TaskType, string? Leg), Mean> _means = new();

    /// <summary>Takes in the length of an answer, in tokens.</summary>
    public void Learn(string taskType, string leg, long tokens)
    {
        MeanOf(null, null)?.Learn(tokens);
        MeanOf(taskType, null)?.Learn(tokens);
        MeanOf(taskType, leg)?.Learn(tokens);
    }

    /// <summary>Expects the length of an answer, in tokens; <see langword="null"/> before the first.</summary>
    public double? Expect(string taskType, string leg)
    {
        if (!_means.TryGetValue((null, null), out Mean? all))
        {
            return null;
        }

        double expected = all.Shrunk(null);
        expected = _means.TryGetValue((taskType, null), out Mean? kind) ? kind.Shrunk(expected) : expected;
        return _means.TryGetValue((taskType, leg), out Mean? own) ? own.Shrunk(expected) : expected;
    }

    // Applications have few kinds of work; where each request seems to be a kind of its own, the kinds say nothing.
    private Mean? MeanOf(string? taskType, string? leg) =>
        _means.TryGetValue((taskType, leg), out Mean? known) ? known
        : _means.Count < MostKinds ? _means.GetOrAdd((taskType, leg), static _ => new Mean())
        : null;

    private sealed class Mean
    {
        private readonly Lock _lock = new();
        private double _sum;
        private double _count;

        public void Learn(long tokens)
        {
            lock (_lock)
            {
                double keep = Math.Min(1, Memory / (_count + 1));
                _sum = (_sum * keep) + tokens;
                _count = (_count * keep) + 1;
            }
        }

        public double Shrunk(double? towards)
        {
            lock (_lock)
            {
                return towards is { } parent ? (_sum + (Prior * parent)) / (_count + Prior) : _sum / _count;
            }
        }
    }
}
