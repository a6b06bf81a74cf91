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
    private readonly PassTally? _untold;
    private int _outcomes;

    /// <summary>Initializes a new instance of the <see cref="RoutingMemory"/> class.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="legs">The legs.</param>
    /// <param name="untold">Where passes are counted that nobody else has heard of; <see langword="null"/> where nobody else learns.</param>
    public RoutingMemory(RoutingOptions options, IReadOnlyList<LegState> legs, PassTally? untold = null)
    {
        _untold = untold;
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
    public void ObservePass(string leg, string taskType, double passed) => Take(leg, taskType, passed, weight: 1);

    /// <summary>Gives a leg that is passed over a small credit, so that it is tried again one day.</summary>
    public void Credit(string leg, string taskType) => Take(leg, taskType, passed: 1, weight: 0.05);

    /// <summary>Takes in how often answers passed before a restart, or in another process.</summary>
    public void Recall(PassCount passes)
    {
        if (passes.Count > 0)
        {
            TableOf(passes.Leg, table => table.Learn(passes.TaskType, passes.Passed / passes.Count, passes.Count));
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
    /// <returns>What was learnt, so that it can be learnt again.</returns>
    public RoutedOutcome Learn(RequestFeatures features, IReadOnlyDictionary<string, double> quality, IReadOnlyDictionary<string, AnswerEvidence> evidence)
    {
        double[] predictions = Predict(features);
        string? strongest = StrongestOf(quality);
        var answers = new Dictionary<string, ScoredAnswer>(StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < _priors.Count; i++)
        {
            string leg = _priors[i].Model;
            if (leg != strongest && quality.ContainsKey(leg))
            {
                AnswerEvidence? found = evidence.GetValueOrDefault(leg);
                double keep = Keep(predictions, i);
                answers[leg] = new ScoredAnswer(found, keep, Score(leg, keep, predictions.Max(), found ?? new AnswerEvidence()), _guarantee?.WatchedThresholdOf(leg));
            }
        }

        bool isKeptApart = Interlocked.Increment(ref _outcomes) % 2 == 0 && _guarantee is not null && answers.Count > 0;
        var outcome = new RoutedOutcome(features, quality, answers, isKeptApart);
        Take(outcome);
        FitIfDue();
        return outcome;
    }

    /// <summary>Takes in an outcome of before a restart, or of another process; <see cref="FitIfDue"/> belongs after it, or after many.</summary>
    public void Recall(RoutedOutcome outcome)
    {
        Interlocked.Increment(ref _outcomes);
        foreach ((string leg, ScoredAnswer answer) in outcome.Answers)
        {
            ObserveUplift(leg, answer.Keep, answer.Score);
        }

        Take(outcome);
    }

    /// <summary>Fits and calibrates anew where enough was learnt since.</summary>
    public void FitIfDue()
    {
        _predictor.FitIfDue();
        foreach ((string leg, _) in _priors)
        {
            _scorer.FitIfDue(leg);
        }

        _guarantee?.CalibrateIfDue(ScoreOf);
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

    private string? StrongestOf(IReadOnlyDictionary<string, double> quality) =>
        _priors.OrderByDescending(p => p.Prior).Select(p => p.Model).FirstOrDefault(quality.ContainsKey);

    private void Take(RoutedOutcome outcome)
    {
        if (outcome.IsKeptApart && _guarantee is not null && StrongestOf(outcome.Quality) is { } strongest)
        {
            _guarantee.Add(outcome, outcome.Quality[strongest]);
            return;
        }

        foreach ((string leg, ScoredAnswer answer) in outcome.Answers)
        {
            if (answer.Evidence is { Failure: null } found)
            {
                _scorer.Take(leg, answer.Keep, found, outcome.Quality[leg]);
            }
        }

        _predictor.Take(outcome.Features, outcome.Quality);
    }

    private void Take(string leg, string taskType, double passed, double weight)
    {
        TableOf(leg, table => table.Learn(taskType, passed, weight));
        _untold?.Add(leg, taskType, passed * weight, weight);
    }

    private void TableOf(string leg, Action<TaskTypeTable> learn)
    {
        TaskTypeTable table = _passes.GetOrAdd(leg, static _ => new TaskTypeTable());
        lock (table)
        {
            learn(table);
        }
    }
}
