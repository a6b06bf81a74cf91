using System.Runtime.InteropServices;

namespace TokenThrift.Text;

/// <summary>Ranks the passages of one collection against a query by Okapi BM25.</summary>
/// <remarks>
/// S. Robertson and H. Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), section 3, with the
/// never-negative form of the inverse document frequency, ln(1 + (N − n + 0.5) / (n + 0.5)). Immutable once made; safe
/// for concurrent use.
/// </remarks>
public sealed class Bm25
{
    private readonly Dictionary<string, List<(int Passage, int Count)>> _postings = new(StringComparer.Ordinal);
    private readonly double[] _lengthFactors;
    private readonly double _k1;

    /// <summary>Initializes a new instance of the <see cref="Bm25"/> class.</summary>
    /// <param name="passages">The terms of each passage, as <see cref="TextTerms.Of"/> gives them.</param>
    /// <param name="k1">How soon repeats of a term stop counting; the default is 1.2.</param>
    /// <param name="b">How much long passages are held back, 0 to 1; the default is 0.75.</param>
    public Bm25(IEnumerable<IReadOnlyList<string>> passages, double k1 = 1.2, double b = 0.75)
    {
        ArgumentNullException.ThrowIfNull(passages);
        _k1 = k1;
        var lengths = new List<int>();
        foreach (IReadOnlyList<string> terms in passages)
        {
            foreach (IGrouping<string, string> term in terms.GroupBy(t => t, StringComparer.Ordinal))
            {
                (CollectionsMarshal.GetValueRefOrAddDefault(_postings, term.Key, out _) ??= []).Add((lengths.Count, term.Count()));
            }

            lengths.Add(terms.Count);
        }

        Count = lengths.Count;
        double mean = Count == 0 ? 1 : Math.Max(1, lengths.Average());
        _lengthFactors = [.. lengths.Select(length => k1 * (1 - b + (b * length / mean)))];
    }

    /// <summary>Gets how many passages there are.</summary>
    public int Count { get; }

    /// <summary>Gets how much a term tells passages apart, at least 0.</summary>
    /// <param name="term">The term.</param>
    /// <returns>Its inverse document frequency, in nats.</returns>
    public double InverseDocumentFrequency(string term) => InverseDocumentFrequency(_postings.TryGetValue(term, out List<(int, int)>? found) ? found.Count : 0);

    /// <summary>Scores every passage.</summary>
    /// <param name="query">The terms of the query.</param>
    /// <returns>A score for each passage, in their order, at least 0.</returns>
    public double[] Score(IEnumerable<string> query)
    {
        ArgumentNullException.ThrowIfNull(query);
        double[] scores = new double[Count];
        foreach (string term in query.Distinct(StringComparer.Ordinal))
        {
            if (_postings.TryGetValue(term, out List<(int Passage, int Count)>? postings))
            {
                double weight = InverseDocumentFrequency(postings.Count) * (_k1 + 1);
                foreach ((int passage, int count) in postings)
                {
                    scores[passage] += weight * count / (count + _lengthFactors[passage]);
                }
            }
        }

        return scores;
    }

    private double InverseDocumentFrequency(int passages) => Math.Log(1 + ((Count - passages + 0.5) / (passages + 0.5)));
}
