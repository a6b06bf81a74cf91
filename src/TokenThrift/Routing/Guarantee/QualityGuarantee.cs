namespace TokenThrift.Routing;

/// <summary>
/// Calibrates from which score on a cheaper model's answer may be served, so that the promise of a
/// <see cref="QualityFloor"/> holds with its confidence.
/// </summary>
/// <remarks>
/// Fixed-sequence testing (Angelopoulos et al., "Learn then Test", 2021): thresholds are tried in an order fixed
/// beforehand, from sending everything to the strongest model to sending it nothing; each is tested for a broken promise
/// by a betting test that holds for finite samples; the last one before the first failure is deployed. Picking the
/// cheapest threshold that looks good on the same pairs breaks the promise in 40 to 50 % of calibrations.
/// </remarks>
public static class QualityGuarantee
{
    private const int Steps = 40;

    // What would take more pairs than this is out of reach.
    private const double MostPairs = 1_000_000;

    /// <summary>Calibrates the threshold.</summary>
    /// <param name="pairs">The outcomes, in an order that has nothing to do with their quality, such as that of time.</param>
    /// <param name="floor">The promise.</param>
    /// <returns>What can be certified; with too few pairs nothing, and everything goes to the strongest model.</returns>
    /// <exception cref="ArgumentException">The promise is out of its limits.</exception>
    public static QualityCertificate Calibrate(IReadOnlyList<PairedOutcome> pairs, QualityFloor floor)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        if (floor.Validate() is { } error)
        {
            throw new ArgumentException(error, nameof(floor));
        }

        var certificate = new QualityCertificate { Floor = floor, Pairs = pairs.Count };
        if (pairs.Count == 0)
        {
            return certificate;
        }

        double[] thresholds = ThresholdsOf(pairs);
        double alpha = 1 - floor.Confidence;
        foreach (double threshold in thresholds)
        {
            var test = new BettingTest(1 / (1 + floor.Quality), alpha, pairs.Count);
            foreach (PairedOutcome pair in pairs)
            {
                test.Observe(Loss(pair, threshold, floor.Quality));
                if (test.Refutes)
                {
                    break;
                }
            }

            if (!test.Refutes)
            {
                break;
            }

            certificate = certificate with
            {
                Threshold = threshold,
                StrongShare = (double)pairs.Count(p => p.Score < threshold) / pairs.Count,
                EstimatedQuality = QualityAt(pairs, threshold),
            };
        }

        return certificate with { PairsNeeded = PairsFor(pairs, thresholds, certificate.Threshold, floor) };
    }

    /// <summary>Maps the deficit q * strong - served, which lies in [-1, q], to [0, 1]; the promise holds where its mean is at most 1 / (1 + q).</summary>
    internal static double Loss(PairedOutcome pair, double threshold, double quality)
    {
        double served = pair.Score >= threshold ? pair.Weak : pair.Strong;
        return ((quality * pair.Strong) - served + 1) / (1 + quality);
    }

    // Scores alone choose the grid, never outcomes; so the order is fixed before any outcome is looked at. A threshold lies halfway
    // between two scores, where it treats these pairs as the upper of them does and a slight drift of the scores changes little.
    private static double[] ThresholdsOf(IReadOnlyList<PairedOutcome> pairs)
    {
        double[] scores = [.. pairs.Select(p => p.Score).OrderDescending()];
        return [.. Enumerable.Range(1, Steps).Select(step => Below(scores, scores[Math.Max(0, (scores.Length * step / Steps) - 1)])).Distinct()];
    }

    private static double Below(double[] descending, double score)
    {
        int next = Array.FindIndex(descending, s => s < score);
        return (score + (next < 0 ? Math.Min(0, score) : descending[next])) / 2;
    }

    private static double QualityAt(IReadOnlyList<PairedOutcome> pairs, double threshold)
    {
        double strong = pairs.Sum(p => p.Strong);
        return strong > 0 ? pairs.Sum(p => p.Score >= threshold ? p.Weak : p.Strong) / strong : 1;
    }

    // n >= (z * sd / slack)^2 for the next threshold that the estimates allow.
    private static int? PairsFor(IReadOnlyList<PairedOutcome> pairs, double[] thresholds, double certified, QualityFloor floor)
    {
        double z = Math.Sqrt(2 * Math.Log(1 / (1 - floor.Confidence)));
        double bound = 1 / (1 + floor.Quality);
        int? least = null;
        foreach (double threshold in thresholds.Where(t => t < certified))
        {
            double mean = pairs.Average(p => Loss(p, threshold, floor.Quality));
            double variance = pairs.Average(p => Math.Pow(Loss(p, threshold, floor.Quality) - mean, 2));
            double slack = bound - mean;
            double needed = slack > 0 ? Math.Ceiling(z * z * variance / (slack * slack)) : double.PositiveInfinity;
            if (needed <= MostPairs)
            {
                least = Math.Min(least ?? int.MaxValue, Math.Max((int)needed, pairs.Count + 1));
            }
        }

        return least;
    }
}
