namespace TokenThrift.Caching;

/// <summary>Learns from checked candidates how likely others are wrong, and how far one may serve. Bounded. Used under its owner's lock.</summary>
/// <param name="maxErrorRate">The share of wrong answers that is allowed.</param>
/// <param name="perRequest">Whether that share is one of all requests, not one of served answers.</param>
internal sealed class ErrorEstimator(double maxErrorRate, bool perRequest)
{
    /// <summary>The fewest labels from which anything is concluded.</summary>
    public const int Fewest = 60;

    private const int MostLabels = 4096;
    private const int MostTraffic = 2048;

    private readonly Ring<HitLabel> _labels = new(MostLabels);
    private readonly Ring<HitEvidence?> _traffic = new(MostTraffic);
    private ErrorModel? _model;
    private TrafficCurve _curve = new([], 0);
    private double _factor = 1;
    private double _floor;
    private int _sinceFit;

    /// <summary>Gets the account of what was served by these estimates.</summary>
    public ErrorAccount Account { get; } = new(perRequest);

    public int Count => _labels.Count;

    public void Add(HitLabel label)
    {
        _sinceFit++;
        _labels.Add(label);
    }

    /// <summary>Takes in a request for which serving came into question.</summary>
    /// <param name="evidence">The evidence of its candidate, or null where that was out of the question.</param>
    public void See(HitEvidence? evidence)
    {
        Account.Ask();
        if (evidence is not null || perRequest)
        {
            _traffic.Add(evidence);
        }
    }

    /// <summary>Estimates the probability that a candidate is wrong; 1 while there are too few labels.</summary>
    public double Estimate(HitEvidence evidence) => Correct(Foretell(evidence));

    /// <summary>Returns what the fit alone foretells, before it is corrected by how its forecasts have fared; 1 while there is none.</summary>
    public double Foretell(HitEvidence evidence)
    {
        Refit();
        return _model?.Predict(evidence) ?? 1;
    }

    /// <summary>Returns the highest estimate at which to serve; below 0 where nothing may be served.</summary>
    /// <param name="share">The share of wrong answers that is allowed now; not above that of the constructor.</param>
    public double Limit(double share)
    {
        Refit();
        return _model is null ? -1 : _curve.Limit(Math.Min(share, Account.Aim(maxErrorRate) * share / maxErrorRate));
    }

    public void Clear()
    {
        _labels.Clear();
        _traffic.Clear();
        _sinceFit = 0;
        _model = null;
        (_factor, _floor) = (1, 0);
    }

    // Each fit costs as much as some thousand predictions, so it is done each time the labels have grown by a tenth.
    private void Refit()
    {
        if (_labels.Count < Fewest || (_model is not null && _sinceFit < Math.Clamp(_labels.Count / 10, 20, 100)))
        {
            return;
        }

        _sinceFit = 0;
        _model = ErrorModel.Fit(_labels.Items);
        double[] estimates = Estimates(_model);
        double limit = new TrafficCurve([.. estimates], perRequest ? _traffic.Count : 0).Limit(maxErrorRate);
        (_factor, _floor) = Calibration.Of(_labels.Items, limit);
        for (int i = 0; i < estimates.Length; i++)
        {
            estimates[i] = Correct(estimates[i]);
        }

        _curve = new TrafficCurve(estimates, perRequest ? _traffic.Count : 0);
    }

    private double Correct(double foretold) => Math.Min(1, Math.Max(_floor, foretold * _factor));

    private double[] Estimates(ErrorModel model)
    {
        var estimates = new List<double>(_traffic.Count);
        foreach (HitEvidence? evidence in _traffic.Items)
        {
            if (evidence is not null)
            {
                estimates.Add(model.Predict(evidence));
            }
        }

        return [.. estimates];
    }
}
