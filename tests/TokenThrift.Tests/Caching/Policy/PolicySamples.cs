using TokenThrift.Caching;

namespace TokenThrift.Tests.Caching.Policy;

/// <summary>Made-up evidence and labels.</summary>
internal static class PolicySamples
{
    /// <summary>Makes evidence that differs in similarity only.</summary>
    public static HitEvidence Evidence(double similarity) => new(new NeighbourhoodFacts
    {
        Vote = 0.5,
        Wording = 0.5,
        Similarity = similarity,
        Margin = 0.1,
        Questions = 3,
        Unexplained = 0.2,
        Lead = 1,
        Words = 8,
        Agreeing = 0.5,
        Record = 0.1,
        Added = 3,
        Dropped = 3,
        Information = 30,
        Seen = 100,
    });

    /// <summary>Makes labels with stated forecasts and real shares of wrong ones.</summary>
    public static HitLabel[] Labels(int count, Func<int, double> foretold, Func<int, double> real, int seed, double propensity = 1)
    {
        var random = new Random(seed);
        return
        [
            .. Enumerable.Range(0, count).Select(i =>
                new HitLabel(Evidence(random.NextDouble()), random.NextDouble() < real(i) ? AnswerComparison.Different : AnswerComparison.Same, propensity, foretold(i))),
        ];
    }

    /// <summary>Plays streams beside one another, and adds up hits, wrong ones, and the streams that are clearly over a bound.</summary>
    public static async Task<(int Hits, int Wrong, int Over)> PlayManyAsync(IEnumerable<int> seeds, double bound, Func<int, Task<(int Hits, int Wrong)>> play)
    {
        int hits = 0;
        int wrong = 0;
        int over = 0;
        await Parallel.ForEachAsync(seeds, async (seed, _) =>
        {
            (int served, int mistaken) = await play(seed);
            Interlocked.Add(ref hits, served);
            Interlocked.Add(ref wrong, mistaken);
            Interlocked.Add(ref over, LowerBound(mistaken, served) > bound ? 1 : 0);
        });
        return (hits, wrong, over);
    }

    /// <summary>Returns Wilson's one-sided 95 % lower bound of a share; 0 where there is nothing.</summary>
    public static double LowerBound(int part, int whole)
    {
        if (whole == 0)
        {
            return 0;
        }

        const double Z = 1.645;
        double share = (double)part / whole;
        return (share + (Z * Z / (2 * whole)) - (Z * Math.Sqrt(((share * (1 - share)) + (Z * Z / (4 * whole))) / whole))) / (1 + (Z * Z / whole));
    }
}
