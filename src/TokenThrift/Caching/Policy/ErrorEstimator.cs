namespace TokenThrift.Caching;

/// <summary>Learns from checked candidates how likely others are wrong, and how far one may serve. Bounded. Used under its owner's lock, but for <see cref="Refit"/>.</summary>
/// <param name="maxErrorRate">The share of wrong answers that is allowed.</param>
/// <param name="perRequest">Whether that share is one of all requests, not one of served answers.</param>
/// <param name="fit">Fits labels and traffic; null for <see cref="ErrorFit.Of"/>.</param>
internal sealed class ErrorEstimator(double maxErrorRate, bool perRequest, Func<HitLabel[], HitEvidence?[], ErrorFit>? fit = null)
{
    /// <summary>The fewest labels from which anything is concluded.</summary>
    public const int Fewest = 60;

    private const int MostTraffic = 2048;

    private readonly LabelMemory _labels = new();
    private readonly Ring<HitEvidence?> _traffic = new(MostTraffic);
    private ErrorModel? _model;
    private TrafficCurve _curve = new([], 0);
    private double _factor = 1;
    private double _floor;
    private int _sinceFit;
    private int _generation;

    /// <summary>Gets the account of what was served by these estimates.</summary>
    public ErrorAccount Account { get; } = new(perRequest);

    public int Count => _labels.Count;

    /// <summary>Gets a value indicating whether a fit is under way.</summary>
    public bool IsFitting { get; private set; }

    // Each fit costs as much as some thousand predictions, so it is done each time the labels have grown by a tenth.
    private bool IsDue => !IsFitting && _labels.Count >= Fewest && (_model is null || _sinceFit >= Math.Clamp(_labels.Count / 10, 20, 100));

    public void Add(HitLabel label)
    {
        _sinceFit++;
        _labels.Add(label);
    }

    /// <summary>Looks again at what could not be told: answers that were found to be the same since, by way of others, were.</summary>
    /// <param name="isSame">Tells whether they were.</param>
    public void Tell(Predicate<HitLabel> isSame)
    {
        _sinceFit += _labels.Tell(isSame);
    }

    /// <summary>Takes in a request for which serving came into question.</summary>
    /// <param name="evidence">The evidence of its candidate, or null where that was out of the question.</param>
    public void See(HitEvidence? evidence)
    {
        Account.Ask();
        Pass(evidence);
    }

    /// <summary>Takes in again what was decided about a candidate and what came of it. The account is of what is served here and now.</summary>
    /// <param name="lesson">What was decided.</param>
    /// <param name="evidence">The candidate.</param>
    /// <param name="label">What came of it, or null.</param>
    public void Recall(Lesson lesson, HitEvidence evidence, HitLabel? label)
    {
        if (!lesson.IsReport)
        {
            Pass(lesson.IsInQuestion ? evidence : null);
        }

        if (label is { } known)
        {
            Add(known);
        }
    }

    /// <summary>Estimates the probability that a candidate is wrong; 1 while there are too few labels.</summary>
    public double Estimate(HitEvidence evidence) => ErrorFit.Corrected(Foretell(evidence), _factor, _floor);

    /// <summary>Returns what the fit alone foretells, before it is corrected by how its forecasts have fared; 1 while there is none.</summary>
    public double Foretell(HitEvidence evidence) => _model?.Predict(evidence) ?? 1;

    /// <summary>Returns the highest estimate at which to serve; below 0 where nothing may be served.</summary>
    /// <param name="share">The share of wrong answers that is allowed now; not above that of the constructor.</param>
    public double Limit(double share) => _model is null ? -1 : _curve.Limit(Aim(share));

    /// <summary>Returns the share of wrong answers to aim at: with the margin of the account.</summary>
    /// <param name="share">The share of wrong answers that is allowed now; not above that of the constructor.</param>
    public double Aim(double share) => Math.Min(share, Account.Aim(maxErrorRate) * share / maxErrorRate);

    public void Clear()
    {
        _labels.Clear();
        _traffic.Clear();
        _sinceFit = 0;
        _model = null;
        (_factor, _floor) = (1, 0);
        _generation++;
    }

    private void Pass(HitEvidence? evidence)
    {
        if (evidence is not null || perRequest)
        {
            _traffic.Add(evidence);
        }
    }

    /// <summary>Fits anew where enough labels have come since. The lock is held to copy and to swap only, so nobody waits for the fit itself; one at a time fits.</summary>
    /// <remarks>Done by the one who brings a label, at once, so that traffic that comes one by one always gives the same fits.</remarks>
    /// <param name="owner">The owner's lock; not held by the caller.</param>
    public void Refit(Lock owner)
    {
        HitLabel[] labels;
        HitEvidence?[] traffic;
        int generation;
        lock (owner)
        {
            if (!IsDue)
            {
                return;
            }

            IsFitting = true;
            _sinceFit = 0;
            (labels, traffic, generation) = (_labels.ToArray(), [.. _traffic.Items], _generation);
        }

        ErrorFit? made = null;
        try
        {
            made = fit is null ? ErrorFit.Of(labels, traffic, maxErrorRate, perRequest) : fit(labels, traffic);
        }
        finally
        {
            lock (owner)
            {
                IsFitting = false;
                if (made is not null && generation == _generation)
                {
                    (_model, _curve, _factor, _floor) = (made.Model, made.Curve, made.Factor, made.Floor);
                }
            }
        }
    }
}
