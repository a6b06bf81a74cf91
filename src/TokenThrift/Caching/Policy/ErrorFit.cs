namespace TokenThrift.Caching;

/// <summary>What a set of labels teaches: how likely candidates are wrong, how far that can be believed, how far one may serve. Immutable.</summary>
/// <param name="Model">Foretells the probability that a candidate is wrong.</param>
/// <param name="Curve">How far down the ranking one may serve.</param>
/// <param name="Factor">By what to multiply what the model foretells.</param>
/// <param name="Floor">Below what no estimate may fall.</param>
internal sealed record ErrorFit(ErrorModel Model, TrafficCurve Curve, double Factor, double Floor)
{
    /// <summary>Beyond this estimate no bound lets a candidate be served, and what happens there says nothing of those that are.</summary>
    public const double OutOfTheQuestion = 0.5;

    /// <summary>Fits. A pure function, and the costly part of learning.</summary>
    /// <param name="labels">The checked candidates; at least one.</param>
    /// <param name="traffic">The evidence of recent candidates, checked or not; null for a request without one.</param>
    /// <param name="maxErrorRate">The share of wrong answers that is allowed.</param>
    /// <param name="perRequest">Whether that share is one of all requests.</param>
    public static ErrorFit Of(ReadOnlySpan<HitLabel> labels, ReadOnlySpan<HitEvidence?> traffic, double maxErrorRate, bool perRequest)
    {
        ErrorModel model = ErrorModel.Fit(labels);
        var foretold = new List<double>(traffic.Length);
        foreach (HitEvidence? evidence in traffic)
        {
            if (evidence is not null)
            {
                foretold.Add(model.Predict(evidence));
            }
        }

        int requests = perRequest ? traffic.Length : 0;
        double limit = new TrafficCurve([.. foretold], requests).Limit(maxErrorRate);
        (double factor, double floor) = Calibration.Of(labels, limit);
        return new ErrorFit(model, new TrafficCurve([.. foretold.Select(estimate => Corrected(estimate, factor, floor))], requests), factor, floor);
    }

    /// <summary>Corrects what a model foretells by how its forecasts have fared.</summary>
    public static double Corrected(double foretold, double factor, double floor) => Math.Min(1, Math.Max(floor, foretold * factor));
}
