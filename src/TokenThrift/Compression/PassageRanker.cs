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
            double weight = WeightOf(term.Key, passages);
            for (int i = 0; i < scores.Length; i++)
            {
                scores[i] += weight * Saturate(passages[i].Count(term.Key), passages[i].Length / mean);
            }
        }

        return scores;
    }

    /// <summary>Says how much a term tells: how rare it is in general, and among these passages; 0 for one that none of them holds.</summary>
    internal static double WeightOf(string term, IReadOnlyList<PassageTerms> passages)
    {
        int holders = passages.Count(p => p.Count(term) > 0);
        return holders == 0 ? 0 : BackgroundFrequency.WeightOf(term) * (0.5 + Math.Log(1 + ((passages.Count - holders + 0.5) / (holders + 0.5))));
    }

    /// <summary>The part of BM25 that grows ever more slowly with how often a term occurs, and falls with the length of the passage.</summary>
    /// <param name="count">How often.</param>
    /// <param name="length">The length of the passage, 1 for the usual one.</param>
    internal static double Saturate(double count, double length) => count <= 0 ? 0 : count * (K1 + 1) / (count + (K1 * (1 - B + (B * length))));
}
