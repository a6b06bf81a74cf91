using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace TokenThrift.Routing;

/// <summary>The outcomes of the requests most like this one: cosine over TF-IDF words, or over the cache's vectors where both have one.</summary>
/// <remarks>Holds a bounded number of past requests; a new one takes the place of the oldest.</remarks>
internal sealed class NearestOutcomes(int capacity)
{
    private const double PriorMass = 5;

    // Below this cosine the nearest request is a stranger, and what became of it says nothing (2605.25558).
    private const double Stranger = 0.05;
    private readonly Entry?[] _entries = new Entry?[capacity];
    private readonly Dictionary<uint, List<(int Slot, float Frequency)>> _postings = [];
    private readonly float[] _dots = new float[capacity];
    private readonly float[] _norms = new float[capacity];
    private int _count;
    private int _next;
    private int _normsAt;

    public int Count => _count;

    /// <summary>Finds the nearest past requests.</summary>
    /// <param name="features">The request.</param>
    /// <param name="row">What <see cref="Weigh"/> makes of it.</param>
    /// <param name="most">How many at most.</param>
    /// <returns>Their similarities in (0, 1] and their outcomes by model, nearest first; empty when all are strangers.</returns>
    public IReadOnlyList<Neighbour> Find(RequestFeatures features, SparseRow row, int most)
    {
        var best = new PriorityQueue<int, float>();
        if (features.Vector.Length == 0 || !ByVector(features, best, most))
        {
            ByWords(row, features.Terms.Length, best, most);
        }

        var found = new Neighbour[best.Count];
        for (int i = found.Length - 1; best.TryDequeue(out int slot, out float similarity); i--)
        {
            found[i] = new Neighbour(similarity, _entries[slot]!.Outcomes);
        }

        return found.Length > 0 && found[0].Similarity < Stranger ? [] : found;
    }

    /// <summary>Joins what the neighbours say with what is believed without them.</summary>
    /// <param name="neighbours">The neighbours, nearest first.</param>
    /// <param name="read">Reads a number out of an outcome; NaN where it does not hold one.</param>
    /// <param name="parent">What is believed without them.</param>
    public static double Blend(IReadOnlyList<Neighbour> neighbours, Func<IReadOnlyDictionary<string, double>, double> read, double parent)
    {
        double sum = PriorMass * parent;
        double mass = PriorMass;
        for (int i = 0; i < neighbours.Count; i++)
        {
            double value = read(neighbours[i].Outcomes);
            if (!double.IsNaN(value))
            {
                double weight = neighbours[i].Similarity / neighbours[0].Similarity;
                sum += weight * value;
                mass += weight;
            }
        }

        return sum / mass;
    }

    /// <summary>Gets the past requests that are held.</summary>
    public IEnumerable<(RequestFeatures Features, IReadOnlyDictionary<string, double> Outcomes)> Entries()
    {
        foreach (Entry? entry in _entries)
        {
            if (entry is not null)
            {
                yield return (entry.Features, entry.Outcomes);
            }
        }
    }

    /// <summary>Weighs the words of a request by their rarity (TF-IDF, length 1), ahead of its other features.</summary>
    public SparseRow Weigh(RequestFeatures features)
    {
        int words = features.Terms.Length;
        var keys = new uint[words + features.PlainKeys.Length];
        var values = new float[keys.Length];
        float squares = 0;
        for (int i = 0; i < words; i++)
        {
            keys[i] = features.Terms[i];
            values[i] = features.Frequencies[i] * Rarity(_postings.TryGetValue(features.Terms[i], out List<(int, float)>? list) ? list.Count : 1);
            squares += values[i] * values[i];
        }

        if (squares > 0)
        {
            TensorPrimitives.Divide(values.AsSpan(0, words), MathF.Sqrt(squares), values.AsSpan(0, words));
        }

        features.PlainKeys.CopyTo(keys, words);
        features.PlainValues.CopyTo(values, words);
        return new SparseRow(keys, values);
    }

    public void Add(RequestFeatures features, IReadOnlyDictionary<string, double> outcomes)
    {
        int slot = _next;
        _next = (_next + 1) % capacity;
        if (_entries[slot] is { } old)
        {
            Forget(slot, old);
        }
        else
        {
            _count++;
        }

        _entries[slot] = new Entry(features, outcomes);
        for (int i = 0; i < features.Terms.Length; i++)
        {
            (CollectionsMarshal.GetValueRefOrAddDefault(_postings, features.Terms[i], out _) ??= []).Add((slot, features.Frequencies[i]));
        }

        _norms[slot] = Norm(features);

        // Words grow rarer or commoner as requests come in; the norms follow now and then.
        if (_count >= _normsAt * 2 || _next == 0)
        {
            _normsAt = Math.Max(16, _count);
            for (int i = 0; i < capacity; i++)
            {
                _norms[i] = _entries[i] is { } entry ? Norm(entry.Features) : 0;
            }
        }
    }

    private void Forget(int slot, Entry entry)
    {
        foreach (uint term in entry.Features.Terms)
        {
            List<(int Slot, float Frequency)> list = _postings[term];
            list.RemoveAt(list.FindIndex(p => p.Slot == slot));
            if (list.Count == 0)
            {
                _postings.Remove(term);
            }
        }
    }

    private float Rarity(int occurrences) => MathF.Log((_count + 1f) / Math.Max(1, occurrences));

    private float Norm(RequestFeatures features)
    {
        float sum = 0;
        for (int i = 0; i < features.Terms.Length; i++)
        {
            float weight = features.Frequencies[i] * Rarity(_postings.TryGetValue(features.Terms[i], out List<(int, float)>? list) ? list.Count : 1);
            sum += weight * weight;
        }

        return MathF.Sqrt(sum);
    }

    private bool ByVector(RequestFeatures features, PriorityQueue<int, float> best, int most)
    {
        for (int slot = 0; slot < capacity; slot++)
        {
            if (_entries[slot] is { } entry && entry.Features.Vector.Length == features.Vector.Length && entry.Features.Embedder == features.Embedder)
            {
                Offer(best, most, slot, TensorPrimitives.CosineSimilarity(features.Vector.Span, entry.Features.Vector.Span));
            }
        }

        return best.Count > 0;
    }

    private void ByWords(SparseRow row, int words, PriorityQueue<int, float> best, int most)
    {
        Array.Clear(_dots);
        for (int i = 0; i < words; i++)
        {
            // What every fourth request says tells none apart.
            if (_postings.TryGetValue(row.Keys[i], out List<(int Slot, float Frequency)>? list) && (list.Count < 16 || list.Count * 4 < _count))
            {
                float weight = row.Values[i] * Rarity(list.Count);
                foreach ((int slot, float frequency) in CollectionsMarshal.AsSpan(list))
                {
                    _dots[slot] += weight * frequency;
                }
            }
        }

        for (int slot = 0; slot < capacity; slot++)
        {
            if (_dots[slot] > 0 && _norms[slot] > 0)
            {
                Offer(best, most, slot, Math.Min(1, _dots[slot] / _norms[slot]));
            }
        }
    }

    private static void Offer(PriorityQueue<int, float> best, int most, int slot, float similarity)
    {
        if (similarity > 0)
        {
            if (best.Count < most)
            {
                best.Enqueue(slot, similarity);
            }
            else
            {
                best.EnqueueDequeue(slot, similarity);
            }
        }
    }

    private sealed record Entry(RequestFeatures Features, IReadOnlyDictionary<string, double> Outcomes);
}

/// <summary>A past request like the one at hand.</summary>
/// <param name="Similarity">How like, in (0, 1].</param>
/// <param name="Outcomes">How well each model that was asked answered it, in [0, 1].</param>
internal readonly record struct Neighbour(float Similarity, IReadOnlyDictionary<string, double> Outcomes);
