namespace TokenThrift.Caching;

/// <summary>Learns from checked candidates how likely others are wrong, and how far one may serve. Bounded. Used under its owner's lock.</summary>
/// <param name="maxErrorRate">The share of wrong answers that is allowed.</param>
/// <param name="perRequest">Whether that share is one of all requests, not one of served answers.</param>
internal sealed class ErrorEstimator(double maxErrorRate, bool perRequest)
{
    /// <summary>The fewest labels from which anything is concluded.</summary>
    public const int Fewest = 60;

    /// <summary>What is aimed at, as a share of what is allowed: room for what an estimate cannot know.</summary>
    public const double Aim = 0.75;

    private const int Capacity = 4096;
    private readonly List<HitLabel> _labels = [];
    private ErrorModel? _model;
    private ServingCurve? _curve;
    private int _next;
    private int _sinceFit;

    public int Count => _labels.Count;

    public void Add(HitLabel label)
    {
        _sinceFit++;
        if (_labels.Count < Capacity)
        {
            _labels.Add(label);
            return;
        }

        _labels[_next] = label;
        _next = (_next + 1) % Capacity;
    }

    /// <summary>Estimates the probability that a candidate is wrong; 1 while there are too few labels.</summary>
    public double Estimate(HitEvidence evidence)
    {
        Refit();
        return _model?.Predict(evidence) ?? 1;
    }

    /// <summary>Returns the highest estimate at which to serve; below 0 where nothing may be served.</summary>
    /// <param name="share">The share of wrong answers that is allowed now; not above that of the constructor.</param>
    public double Limit(double share)
    {
        Refit();
        return _curve?.Limit(Aim * share) ?? -1;
    }

    public void Clear()
    {
        _labels.Clear();
        _next = 0;
        _sinceFit = 0;
        _model = null;
        _curve = null;
    }

    // Each fit costs as much as some thousand predictions, so it is done each time the labels have grown by a tenth.
    private void Refit()
    {
        if (_labels.Count < Fewest || (_model is not null && _sinceFit < Math.Clamp(_labels.Count / 10, 20, 100)))
        {
            return;
        }

        ReadOnlySpan<HitLabel> labels = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_labels);
        _model = ErrorModel.Fit(labels);
        _curve = ServingCurve.Of(_model, labels, Aim * maxErrorRate, perRequest);
        _sinceFit = 0;
    }
}
