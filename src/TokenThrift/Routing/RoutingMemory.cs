using System.Collections.Concurrent;

namespace TokenThrift.Routing;

/// <summary>What the router has learnt: who answers what well, what checks are worth, what can be promised.</summary>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed class RoutingMemory
{
    // A model that has not been tried at a kind of work is taken to pass its checks this often.
    private const double PassPrior = 0.9;
    private readonly RoutingOptions _options;
    private readonly IReadOnlyList<(string Model, double Prior)> _priors;
    private readonly QualityPredictor _predictor = new();
    private readonly AnswerScorer _scorer = new();
    private readonly ConcurrentDictionary<string, TaskTypeTable> _passes = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, double> _uplift = new(StringComparer.OrdinalIgnoreCase);
    private readonly GuaranteeBook? _guarantee;
    private int _outcomes;

    public RoutingMemory(RoutingOptions options, IReadOnlyList<LegState> legs)
    {
        _options = options;
        _priors = [.. legs.Select(l => (l.Id, l.Prior))];
        _guarantee = options.QualityFloor is { } floor ? new GuaranteeBook(floor) : null;
    }

    /// <summary>Gets a value indicating whether a request's features would be of any use yet.</summary>
    public bool HasLearnt => _predictor.Learnt > 0;

    public GuaranteeBook? Guarantee => _guarantee;

    /// <summary>Predicts the quality of each leg, in the order of the legs.</summary>
    public double[] Predict(RequestFeatures? features) =>
        features is null || _predictor.Learnt == 0 ? [.. _priors.Select(p => p.Prior)] : _predictor.Predict(features, _priors);

    /// <summary>Says from which score on a leg's answer is served.</summary>
    public double ThresholdOf(string leg) => _guarantee is null ? _options.AcceptScore : _guarantee.ThresholdOf(leg);

    /// <summary>Scores an answer: the chance that a stronger model would not have done better.</summary>
    public double Score(string leg, double keep, double best, AnswerEvidence evidence) =>
        evidence.Failure is not null ? 0 : _scorer.Score(leg, keep, best, evidence);

    /// <summary>Says whether a leg's answer could reach its threshold at all.</summary>
    public bool CouldPass(string leg, double keep)
    {
        double threshold = ThresholdOf(leg);
        return keep >= threshold
            || (threshold <= 1 && Odds.Logit(keep) + _uplift.GetValueOrDefault(leg, _options.Checks.Count > 0 ? double.PositiveInfinity : 0) >= Odds.Logit(threshold));
    }

    /// <summary>Estimates how often a leg's answers to this kind of work pass.</summary>
    public double PassRate(string leg, string taskType)
    {
        if (!_passes.TryGetValue(leg, out TaskTypeTable? table))
        {
            return PassPrior;
        }

        lock (table)
        {
            return table.Predict(taskType, PassPrior);
        }
    }

    /// <summary>Takes in whether an answer passed.</summary>
    /// <param name="leg">The leg.</param>
    /// <param name="taskType">The kind of work.</param>
    /// <param name="passed">1 for yes, 0 for no.</param>
    public void ObservePass(string leg, string taskType, double passed)
    {
        TaskTypeTable table = _passes.GetOrAdd(leg, static _ => new TaskTypeTable());
        lock (table)
        {
            table.Learn(taskType, passed);
        }
    }

    /// <summary>Gives a leg that is passed over a small credit, so that it is tried again one day.</summary>
    public void Credit(string leg, string taskType)
    {
        TaskTypeTable table = _passes.GetOrAdd(leg, static _ => new TaskTypeTable());
        lock (table)
        {
            table.Learn(taskType, 1, weight: 0.05);
        }
    }

    public void ObserveUplift(string leg, double keep, double score)
    {
        if (score > 0)
        {
            double uplift = Odds.Logit(score) - Odds.Logit(keep);
            _uplift.AddOrUpdate(leg, uplift, (_, most) => double.IsPositiveInfinity(most) ? uplift : Math.Max(most, uplift));
        }
    }

    /// <summary>Learns from an outcome; with a promise to keep, every second pair is kept apart to calibrate it.</summary>
    public void Learn(RequestFeatures features, IReadOnlyDictionary<string, double> quality, IReadOnlyDictionary<string, AnswerEvidence> evidence, double[] priors)
    {
        int number = Interlocked.Increment(ref _outcomes);
        string? strongest = _priors.OrderByDescending(p => p.Prior).Select(p => p.Model).FirstOrDefault(quality.ContainsKey);
        if (_guarantee is not null && strongest is not null && quality.Count > 1 && number % 2 == 0)
        {
            _guarantee.Add(strongest, features, quality, evidence, (leg, f, e) => ScoreOf(leg, f, e));
            return;
        }

        for (int i = 0; i < _priors.Count && strongest is not null; i++)
        {
            string leg = _priors[i].Model;
            if (leg != strongest && quality.TryGetValue(leg, out double own) && evidence.TryGetValue(leg, out AnswerEvidence? found) && found.Failure is null)
            {
                _scorer.Learn(leg, Keep(priors, i), found, own);
            }
        }

        _predictor.Learn(features, quality);
    }

    /// <summary>Gets the chance that the best model would do no better than a leg.</summary>
    public static double Keep(double[] predictions, int index) => 1 - Math.Max(0, predictions.Max() - predictions[index]);

    private double ScoreOf(string leg, RequestFeatures features, AnswerEvidence evidence)
    {
        double[] predictions = Predict(features);
        for (int i = 0; i < _priors.Count; i++)
        {
            if (_priors[i].Model == leg)
            {
                return Score(leg, Keep(predictions, i), predictions.Max(), evidence);
            }
        }

        return 0;
    }
}
