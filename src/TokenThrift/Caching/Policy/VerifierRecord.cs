namespace TokenThrift.Caching;

/// <summary>What is known of the verifier: how often it accepts, and how often what it accepts is wrong all the same. Bounded; safe for concurrent use.</summary>
/// <remarks>
/// Learned from candidates that the model answered too: those about which it was asked to learn, and the audits that are drawn once it is
/// trusted. Of candidates up to some doubt all are served if accepted, so what counts is the share of wrong ones among all of these: it is estimated
/// for each such depth, by the inverse of the probability with which each was checked (D. Horvitz and D. Thompson, JASA 47, 1952), and its upper
/// bound of one-sided 95 % (Wilson's, with the effective number of observations) is what the verifier is held to.
/// </remarks>
internal sealed class VerifierRecord
{
    private const int MostLabels = 2048;

    // So many labels settle it: from here on a partition is judged by its own.
    private const int OwnEvidence = 400;

    // So many are asked for the sake of learning; then ever fewer, as n out of all that went before.
    private const double Lessons = 500;

    // One that was most unlikely to be checked does not outweigh all others.
    private const double MostWeight = 30;

    private readonly Lock _lock = new();
    private readonly Ring<(double Doubt, bool IsWrong, double Weight)> _labels = new(MostLabels);
    private bool _isCounted = true;
    private double[] _doubts = [];
    private double[] _bounds = [];
    private double _leastShare;
    private long _asked;
    private long _acceptances;

    /// <summary>Gets the share of candidates that it accepts; the mean of Laplace's rule of succession.</summary>
    public double AcceptRate
    {
        get
        {
            lock (_lock)
            {
                return (_acceptances + 1.0) / (_asked + 2);
            }
        }
    }

    /// <summary>Gets with what probability to ask it where nothing is served on its word yet, in (0, 1].</summary>
    public double Curiosity
    {
        get
        {
            lock (_lock)
            {
                return Math.Min(1, Lessons / (_asked + 1));
            }
        }
    }

    /// <summary>Estimates how likely a candidate that the verifier accepts is wrong; 1 where that is not known, or is above the aim.</summary>
    /// <param name="doubt">The estimate of its error without the verifier.</param>
    /// <param name="aim">The share of wrong answers to aim at.</param>
    /// <param name="own">The record in its partition.</param>
    /// <param name="pool">The record in all partitions, or null where that is not to be believed here.</param>
    public static double Estimate(double doubt, double aim, VerifierRecord own, VerifierRecord? pool)
    {
        (double here, bool isSettled) = own.Estimate(doubt, aim);
        return isSettled || pool is null ? here : Math.Min(here, pool.Estimate(doubt, aim).Error);
    }

    /// <summary>Takes in that it was asked.</summary>
    public void Answered(bool isAccepted)
    {
        lock (_lock)
        {
            _asked++;
            _acceptances += isAccepted ? 1 : 0;
        }
    }

    /// <summary>Takes in what came of a candidate that it accepted.</summary>
    /// <param name="doubt">The estimate of its error without the verifier.</param>
    /// <param name="isWrong">Whether it was not found to be right.</param>
    /// <param name="propensity">With what probability it was going to be checked, above 0.</param>
    public void Add(double doubt, bool isWrong, double propensity)
    {
        lock (_lock)
        {
            _labels.Add((doubt, isWrong, Math.Min(MostWeight, 1 / propensity)));
            _isCounted = false;
        }
    }

    /// <summary>Takes in again what it said of a candidate, and what came of that.</summary>
    /// <param name="lesson">What was learnt.</param>
    /// <param name="isCounted">Whether this record also counts how often it accepts.</param>
    public void Recall(Lesson lesson, bool isCounted)
    {
        if (lesson.Verifier is not { IsAccepted: { } isAccepted } said)
        {
            return;
        }

        if (isCounted && !lesson.IsReport)
        {
            Answered(isAccepted);
        }

        if (isAccepted && lesson.Verdict is { } verdict)
        {
            Add(said.Doubt, verdict != AnswerComparison.Same, said.AskProbability);
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _labels.Clear();
            (_doubts, _bounds, _leastShare, _isCounted) = ([], [], 0, true);
        }
    }

    // Settled where there are labels enough, or where they speak against it.
    private (double Error, bool IsSettled) Estimate(double doubt, double aim)
    {
        lock (_lock)
        {
            if (!_isCounted)
            {
                _isCounted = true;
                Count();
            }

            for (int i = _doubts.Length - 1; i >= 0 && doubt <= _doubts[i]; i--)
            {
                if (_bounds[i] <= aim)
                {
                    return (_bounds[i], true);
                }
            }

            return (1, _labels.Count >= OwnEvidence || _leastShare > aim);
        }
    }

    private void Count()
    {
        (double Doubt, bool IsWrong, double Weight)[] labels = [.. _labels.Items];
        Array.Sort(labels, static (a, b) => a.Doubt.CompareTo(b.Doubt));
        _doubts = new double[labels.Length];
        _bounds = new double[labels.Length];
        double wrong = 0;
        double weight = 0;
        double squares = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            wrong += labels[i].IsWrong ? labels[i].Weight : 0;
            weight += labels[i].Weight;
            squares += labels[i].Weight * labels[i].Weight;
            _doubts[i] = labels[i].Doubt;
            (_leastShare, _bounds[i]) = WilsonBounds.Of(wrong / weight, weight * weight / squares);
        }
    }
}
