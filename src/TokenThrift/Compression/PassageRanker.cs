using TokenThrift.Compression.Extraction;
using TokenThrift.Text;

namespace TokenThrift.Compression;

/// <summary>Ranks passages by what they have to do with a query, without a model.</summary>
/// <remarks>
/// Okapi BM25 (Robertson and Zaragoza, 2009) in which the weight of a term comes from how common the word is in general
/// and how many of the passages hold it, so that it works for twenty passages as well as for many. The first line of a
/// passage, when it is short, counts as its heading. Safe for concurrent use.
/// </remarks>
public static class PassageRanker
{
    private const double K1 = 1.2;
    private const double B = 0.75;

    /// <summary>Scores passages.</summary>
    /// <param name="query">What is asked.</param>
    /// <param name="passages">The passages.</param>
    /// <returns>A score of at least 0 for each passage, in their order; higher is nearer. Only comparable within one call.</returns>
    public static IReadOnlyList<double> Score(string query, IReadOnlyList<string> passages)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(passages);
        return Score(TextTerms.Of(query), [.. passages.Select(passage => new PassageTerms(passage))]);
    }

    /// <summary>Scores passages and returns the best first; of equal ones the earlier first.</summary>
    /// <param name="query">What is asked.</param>
    /// <param name="passages">The passages.</param>
    /// <returns>The indices of the passages, best first.</returns>
    public static IReadOnlyList<int> Rank(string query, IReadOnlyList<string> passages)
    {
        IReadOnlyList<double> scores = Score(query, passages);
        return [.. Enumerable.Range(0, scores.Count).OrderByDescending(i => scores[i]).ThenBy(i => i)];
    }

    internal static double[] Score(IReadOnlyList<string> query, IReadOnlyList<PassageTerms> passages)
    {
        double[] scores = new double[passages.Count];
        double mean = passages.Count == 0 ? 1 : Math.Max(1, passages.Average(p => p.Length));
        foreach (IGrouping<string, string> term in query.GroupBy(t => t, StringComparer.Ordinal))
        {
            int holders = passages.Count(p => p.Count(term.Key) > 0);
            if (holders == 0)
            {
                continue;
            }

            double local = Math.Log(1 + ((passages.Count - holders + 0.5) / (holders + 0.5)));
            double weight = BackgroundFrequency.WeightOf(term.Key) * (0.5 + local);
            for (int i = 0; i < scores.Length; i++)
            {
                int count = passages[i].Count(term.Key);
                scores[i] += weight * count * (K1 + 1) / (count + (K1 * (1 - B + (B * passages[i].Length / mean))));
            }
        }

        return scores;
    }
}
