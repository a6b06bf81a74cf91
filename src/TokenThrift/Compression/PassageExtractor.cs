namespace TokenThrift.Compression;

/// <summary>Keeps the part of a long text that a query is about: whole passages, in their order.</summary>
/// <remarks>
/// What answers a question often stands near the words of the question rather than in them, so each passage also gets
/// a share of its neighbours' scores, near ones and, less, far ones. Safe for concurrent use.
/// </remarks>
public static class PassageExtractor
{
    private static readonly int[] Reaches = [2, 8, 24];

    /// <summary>Chooses passages until a share of the words is kept.</summary>
    /// <param name="query">What is asked.</param>
    /// <param name="passages">The passages of one text, in order.</param>
    /// <param name="share">The share of the words to keep, in (0, 1].</param>
    /// <returns>The indices of the passages to keep, ascending; at least one.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The share is out of its limits.</exception>
    public static IReadOnlyList<int> Select(string query, IReadOnlyList<string> passages, double share)
    {
        ArgumentNullException.ThrowIfNull(passages);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(share);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(share, 1);
        double[] scores = Smooth([.. PassageRanker.Score(query, passages)]);
        int[] words = [.. passages.Select(CountWords)];
        double budget = words.Sum() * share;
        var chosen = new List<int>();
        foreach (int i in Enumerable.Range(0, scores.Length).OrderByDescending(i => scores[i]).ThenBy(i => i))
        {
            if (chosen.Count > 0 && words[i] > budget)
            {
                continue;
            }

            budget -= words[i];
            chosen.Add(i);
        }

        chosen.Sort();
        return chosen;
    }

    /// <summary>Adds to each score the mean of its neighbours' at several reaches, with weights that fall with the distance.</summary>
    internal static double[] Smooth(double[] scores)
    {
        double[] result = new double[scores.Length];
        foreach (int reach in Reaches)
        {
            double[] at = new double[scores.Length];
            for (int i = 0; i < scores.Length; i++)
            {
                double sum = 0;
                double weights = 0;
                for (int j = Math.Max(0, i - reach); j <= Math.Min(scores.Length - 1, i + reach); j++)
                {
                    double weight = 1 - (Math.Abs(i - j) / (reach + 1.0));
                    sum += weight * scores[j];
                    weights += weight;
                }

                at[i] = sum / weights;
            }

            double largest = at.Length == 0 ? 0 : at.Max();
            for (int i = 0; i < result.Length && largest > 0; i++)
            {
                result[i] += at[i] / largest;
            }
        }

        return result;
    }

    private static int CountWords(string text)
    {
        int words = 0;
        bool isIn = false;
        foreach (char c in text)
        {
            bool isWord = !char.IsWhiteSpace(c);
            words += isWord && !isIn ? 1 : 0;
            isIn = isWord;
        }

        return words;
    }
}
