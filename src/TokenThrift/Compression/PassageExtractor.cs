using TokenThrift.Compression.Extraction;

namespace TokenThrift.Compression;

/// <summary>Keeps the part of a long text that a query is about: whole passages, in their order.</summary>
/// <remarks>
/// What answers a question often stands near the words of the question rather than in them, so a passage is judged by
/// its neighbourhood: the mean of the scores around it, weighted by length and falling with the distance in words, as
/// much again for the score of the neighbourhood as one passage, plus a part of its own score. Safe for concurrent use.
/// </remarks>
public static class PassageExtractor
{
    // In words: about a page of prose; less where little may be kept.
    private const double WidestReach = 600;
    private const double ReachOfBudget = 1;
    private const double OwnShare = 0.25;
    private const double WindowShare = 1;

    /// <summary>Chooses passages until a share of the words is kept.</summary>
    /// <param name="query">What is asked.</param>
    /// <param name="passages">The passages of one text, in order.</param>
    /// <param name="share">The share of the words to keep, in (0, 1].</param>
    /// <returns>The indices of the passages to keep, ascending; at least one where there is any.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The share is out of its limits.</exception>
    public static IReadOnlyList<int> Select(string query, IReadOnlyList<string> passages, double share)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(passages);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(share);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(share, 1);
        return Select(query, passages, share, out _);
    }

    /// <summary>Chooses passages until a share of the words is kept, and says whether the query tells some of them from others.</summary>
    internal static IReadOnlyList<int> Select(string query, IReadOnlyList<string> passages, double share, out bool isAbout)
    {
        int[] words = [.. passages.Select(CountWords)];
        double budget = words.Sum() * share;
        List<string> terms = AskingWords.Without(query);
        PassageTerms[] texts = [.. passages.Select(passage => new PassageTerms(passage))];
        double[] own = PassageRanker.Score(terms, texts);
        isAbout = Array.Exists(own, score => score > 0) && Array.Exists(own, score => score <= 0);
        var windows = new PassageWindows(words, Math.Min(WidestReach, budget * ReachOfBudget));
        double[] scores = windows.Mean(own);
        Add(scores, own, OwnShare);
        Add(scores, windows.Score(terms, texts), WindowShare);

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

    private static void Add(double[] scores, double[] others, double share)
    {
        double largest = scores.Length == 0 ? 0 : scores.Max();
        double largestOther = others.Length == 0 ? 0 : others.Max();
        for (int i = 0; i < scores.Length && largest > 0 && largestOther > 0; i++)
        {
            scores[i] += share * largest * others[i] / largestOther;
        }
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
