namespace TokenThrift.Evaluation.Caching;

/// <summary>What vCache knows of one entry: at which similarities its answer was right and wrong.</summary>
internal sealed class VCacheEntry
{
    private const double Ridge = 1e-3;
    private const int Most = 64;
    private static readonly double[] Risks = [.. Enumerable.Range(0, 200).Select(i => Math.Pow(10, -6 + (i * 6 / 200.0)))];
    private static readonly double[] RiskQuantiles = [.. Risks.Select(risk => NormalQuantile(1 - risk))];
    private static readonly Dictionary<int, double> SeparatedVariances = [];
    private readonly List<(double Similarity, bool IsRight)> _observations = [(0, false), (1, true)];
    private (double Threshold, double Slope, double Variance)? _fit;

    /// <summary>Gets how many observations there are, the two seeds among them.</summary>
    public int Count => _observations.Count;

    /// <summary>Takes in an observation.</summary>
    public void Add(double similarity, bool isRight)
    {
        if (_observations.Count == Most)
        {
            _observations.RemoveAt(2);
        }

        _observations.Add((similarity, isRight));
        _fit = null;
    }

    /// <summary>Gets the best lower bound of the probability that the answer is right at a similarity, over all risks of the threshold's bound.</summary>
    public double LowerBound(double similarity)
    {
        (double threshold, double slope, double variance) = _fit ??= Estimate();
        double best = 0;
        for (int i = 0; i < Risks.Length; i++)
        {
            double upper = Math.Clamp(threshold + (RiskQuantiles[i] * Math.Sqrt(variance)), 0, 1);
            best = Math.Max(best, (1 - Risks[i]) / (1 + Math.Exp(-slope * (similarity - upper))));
        }

        return best;
    }

    private (double Threshold, double Slope, double Variance) Estimate()
    {
        (double b0, double b1, double h00, double h01, double h11) = Fit(_observations);
        double slope = Math.Max(b1, 1e-6);
        double threshold = Math.Clamp(-b0 / slope, 0, 1);
        if (_observations.Where(o => o.IsRight).Min(o => o.Similarity) > _observations.Where(o => !o.IsRight).Max(o => o.Similarity))
        {
            return (threshold, slope, SeparatedVariance(_observations.Count));
        }

        // The delta method: the gradient of -b0 / b1, and the inverse of the information.
        double g0 = -1 / slope;
        double g1 = b0 / (slope * slope);
        double determinant = (h00 * h11) - (h01 * h01);
        double variance = ((g0 * g0 * h11) - (2 * g0 * g1 * h01) + (g1 * g1 * h00)) / determinant;
        return (threshold, slope, Math.Max(0, variance));
    }

    private static (double B0, double B1, double H00, double H01, double H11) Fit(List<(double Similarity, bool IsRight)> observations)
    {
        double b0 = 0;
        double b1 = 0;
        double h00 = 0;
        double h01 = 0;
        double h11 = 0;
        for (int step = 0; step < 100; step++)
        {
            (double g0, double g1) = (-Ridge * b0, -Ridge * b1);
            (h00, h01, h11) = (Ridge, 0, Ridge);
            foreach ((double s, bool isRight) in observations)
            {
                double p = 1 / (1 + Math.Exp(-(b0 + (b1 * s))));
                double residual = (isRight ? 1 : 0) - p;
                double weight = p * (1 - p);
                g0 += residual;
                g1 += residual * s;
                h00 += weight;
                h01 += weight * s;
                h11 += weight * s * s;
            }

            double determinant = (h00 * h11) - (h01 * h01);
            double d0 = ((h11 * g0) - (h01 * g1)) / determinant;
            double d1 = ((h00 * g1) - (h01 * g0)) / determinant;
            double length = Math.Min(1, 5 / Math.Max(Math.Abs(d0), Math.Abs(d1)));
            b0 += length * d0;
            b1 += length * d1;
            if (Math.Abs(d0) + Math.Abs(d1) < 1e-6)
            {
                break;
            }
        }

        return (b0, b1, h00, h01, h11);
    }

    // How far the fitted threshold lies from the true one in samples of this size that happen to be separated.
    private static double SeparatedVariance(int size)
    {
        if (SeparatedVariances.TryGetValue(size, out double known))
        {
            return known;
        }

        var random = new Random(size);
        double squares = 0;
        int kept = 0;
        for (int i = 0; i < 4000 && kept < 200; i++)
        {
            double threshold = random.NextDouble();
            double slope = 10 + (90 * random.NextDouble());
            var sample = new List<(double Similarity, bool IsRight)> { (0, false), (1, true) };
            while (sample.Count < size)
            {
                double s = random.NextDouble();
                sample.Add((s, random.NextDouble() < 1 / (1 + Math.Exp(-slope * (s - threshold)))));
            }

            if (sample.Where(o => o.IsRight).Min(o => o.Similarity) > sample.Where(o => !o.IsRight).Max(o => o.Similarity))
            {
                (double b0, double b1, _, _, _) = Fit(sample);
                double error = Math.Clamp(-b0 / Math.Max(b1, 1e-6), 0, 1) - threshold;
                squares += error * error;
                kept++;
            }
        }

        return SeparatedVariances[size] = kept == 0 ? 0.05 : squares / kept;
    }

    // P. Acklam's rational approximation; relative error below 1.2e-9.
    private static double NormalQuantile(double p)
    {
        if (p <= 0)
        {
            return double.NegativeInfinity;
        }

        if (p < 0.02425)
        {
            double q = Math.Sqrt(-2 * Math.Log(p));
            return (((((((((-7.784894002430293e-03 * q) - 3.223964580411365e-01) * q) - 2.400758277161838) * q) - 2.549732539343734) * q) + 4.374664141464968) * q + 2.938163982698783)
                / ((((((7.784695709041462e-03 * q) + 3.224671290700398e-01) * q) + 2.445134137142996) * q + 3.754408661907416) * q + 1);
        }

        if (p > 1 - 0.02425)
        {
            return -NormalQuantile(1 - p);
        }

        double x = p - 0.5;
        double r = x * x;
        return (((((((((-3.969683028665376e+01 * r) + 2.209460984245205e+02) * r) - 2.759285104469687e+02) * r) + 1.383577518672690e+02) * r) - 3.066479806614716e+01) * r + 2.506628277459239) * x
            / ((((((((((-5.447609879822406e+01 * r) + 1.615858368580409e+02) * r) - 1.556989798598866e+02) * r) + 6.680131188771972e+01) * r) - 1.328068155288572e+01) * r) + 1);
    }
}
