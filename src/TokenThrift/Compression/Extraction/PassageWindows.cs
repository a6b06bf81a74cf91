namespace TokenThrift.Compression.Extraction;

/// <summary>The passages of one text as they stand beside each other: what is near to a passage counts for it, less with the distance in words.</summary>
internal sealed class PassageWindows
{
    private readonly int[] _words;
    private readonly double[] _centers;
    private readonly double _reach;

    /// <summary>Initializes a new instance of the <see cref="PassageWindows"/> class.</summary>
    /// <param name="words">The length of each passage, in words.</param>
    /// <param name="reach">How far a passage reaches, in words from center to center.</param>
    public PassageWindows(int[] words, double reach)
    {
        _words = words;
        _reach = reach;
        _centers = new double[words.Length];
        double at = 0;
        for (int i = 0; i < words.Length; i++)
        {
            _centers[i] = at + (words[i] / 2.0);
            at += words[i];
        }
    }

    /// <summary>Averages the scores around each passage, weighted by nearness and length.</summary>
    public double[] Mean(double[] scores)
    {
        double[] result = new double[scores.Length];
        int first = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            double sum = 0;
            double weights = 0;
            first = FirstInReach(first, i);
            for (int j = first; IsInReach(i, j); j++)
            {
                double weight = j == i ? Math.Max(1, _words[i]) : Nearness(i, j) * _words[j];
                sum += weight * scores[j];
                weights += weight;
            }

            result[i] = sum / weights;
        }

        return result;
    }

    /// <summary>
    /// Scores the window around each passage as if it were one passage, by BM25 with counts weighted by nearness: there
    /// several words of the question weigh more than one that is repeated, though no passage holds them all.
    /// </summary>
    public double[] Score(IReadOnlyList<string> query, IReadOnlyList<PassageTerms> passages)
    {
        string[] terms = [.. query.Distinct(StringComparer.Ordinal)];
        double[] weights = [.. terms.Select(term => PassageRanker.WeightOf(term, passages))];
        double whole = _reach * passages.Sum(p => (double)p.Length) / Math.Max(1, _words.Sum(w => (double)w));
        double[] result = new double[passages.Count];
        double[] counts = new double[terms.Length];
        int first = 0;
        for (int i = 0; i < result.Length; i++)
        {
            Array.Clear(counts);
            double length = 0;
            first = FirstInReach(first, i);
            for (int j = first; IsInReach(i, j); j++)
            {
                double nearness = j == i ? 1 : Nearness(i, j);
                length += nearness * passages[j].Length;
                for (int t = 0; t < terms.Length; t++)
                {
                    counts[t] += nearness * passages[j].Count(terms[t]);
                }
            }

            for (int t = 0; t < terms.Length; t++)
            {
                result[i] += weights[t] * PassageRanker.Saturate(counts[t], length / Math.Max(1, whole));
            }
        }

        return result;
    }

    private int FirstInReach(int first, int of)
    {
        while (first < of && _centers[of] - _centers[first] >= _reach)
        {
            first++;
        }

        return first;
    }

    private bool IsInReach(int of, int other) => other < _words.Length && (other <= of || _centers[other] - _centers[of] < _reach);

    private double Nearness(int of, int other) => 1 - (Math.Abs(_centers[of] - _centers[other]) / _reach);
}
