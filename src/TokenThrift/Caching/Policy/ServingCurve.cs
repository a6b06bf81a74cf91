namespace TokenThrift.Caching;

/// <summary>How far down the ranking by estimated error one may serve for a given share of wrong answers. Immutable.</summary>
/// <remarks>
/// What the user bounds is the share of wrong answers among all served, not each one's probability: the surest are served first, down to
/// the point where the average reaches the bound. The average is the larger of what the model expects and what the checked labels show
/// beyond doubt, each weighted by one over the probability of having been checked (D. Horvitz and D. Thompson, "A Generalization of
/// Sampling Without Replacement From a Finite Universe", 1952).
/// </remarks>
internal sealed class ServingCurve
{
    // Half a wrong answer that nobody has seen: Jeffreys' prior keeps a handful of lucky labels from proving anything.
    private const double Prior = 0.5;

    // One-sided 90 %: a fit that the labels contradict that clearly is not believed.
    private const double Doubt = 1.28;

    private readonly double[] _limits;
    private readonly double[] _shares;

    private ServingCurve(double[] limits, double[] shares)
    {
        _limits = limits;
        _shares = shares;
    }

    /// <summary>Makes the curve of a model over its labels.</summary>
    /// <param name="model">The model.</param>
    /// <param name="labels">The checked candidates.</param>
    /// <param name="highest">The highest share that will be asked for.</param>
    /// <param name="perRequest">Whether the share is one of all requests, not one of served answers.</param>
    public static ServingCurve Of(ErrorModel model, ReadOnlySpan<HitLabel> labels, double highest, bool perRequest)
    {
        double[] estimates = new double[labels.Length];
        int[] order = new int[labels.Length];
        double all = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            estimates[i] = model.Predict(labels[i].Evidence);
            order[i] = i;
            all += labels[i].Weight;
        }

        Array.Sort(estimates, order);
        var limits = new List<double>();
        var shares = new List<double>();
        double weight = 0;
        double expected = Prior;
        double wrong = 0;
        double variance = 0;
        for (int i = 0; i < order.Length; i++)
        {
            HitLabel label = labels[order[i]];
            weight += label.Weight;
            expected += label.Weight * estimates[i];
            if (label.IsWrong)
            {
                wrong += label.Weight;
                variance += label.Weight * label.Weight;
            }

            double share = Math.Max(expected, wrong - (Doubt * Math.Sqrt(variance))) / (perRequest ? all : weight);
            if (share <= highest)
            {
                limits.Add(estimates[i]);
                shares.Add(share);
            }
        }

        return new ServingCurve([.. limits], [.. shares]);
    }

    /// <summary>Returns the highest estimated error at which to serve; below 0 where nothing may be served.</summary>
    /// <param name="share">The share of wrong answers to keep to.</param>
    public double Limit(double share)
    {
        for (int i = _limits.Length - 1; i >= 0; i--)
        {
            if (_shares[i] <= share)
            {
                return _limits[i];
            }
        }

        return -1;
    }
}
