using System.Runtime.InteropServices;

namespace TokenThrift.Routing;

/// <summary>Turns what is known of an answer into the chance that a stronger model would not have done better.</summary>
/// <remarks>
/// At first the prediction made before the call and the checks' own degrees of belief are added as log-odds. With
/// labels, a logistic regression per model over the same evidence takes over by degrees. Safe for concurrent use.
/// </remarks>
internal sealed class AnswerScorer
{
    // After this many labels the learnt score weighs as much as the rule.
    private const double HalfWay = 100;
    private const double Rate = 0.1;
    private const double Decay = 1e-3;
    private const int Replays = 6;
    private const int Capacity = 2_048;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Regression> _models = new(StringComparer.OrdinalIgnoreCase);

    public double Score(string model, double keep, AnswerEvidence evidence)
    {
        double rule = Odds.Logit(keep) + evidence.LogOdds;
        lock (_lock)
        {
            return _models.TryGetValue(model, out Regression? learnt)
                ? Odds.FromLogit(((HalfWay * rule) + (learnt.Count * learnt.Raw(Inputs(keep, evidence)))) / (HalfWay + learnt.Count))
                : Odds.FromLogit(rule);
        }
    }

    /// <summary>Learns from an answer whose worth became known.</summary>
    /// <param name="model">The model that gave it.</param>
    /// <param name="keep">The prediction made before the call.</param>
    /// <param name="evidence">What the checks found.</param>
    /// <param name="kept">1 when the strongest model did no better, 0 when it did, or between.</param>
    public void Learn(string model, double keep, AnswerEvidence evidence, double kept)
    {
        lock (_lock)
        {
            (CollectionsMarshal.GetValueRefOrAddDefault(_models, model, out _) ??= new Regression()).Learn(Inputs(keep, evidence), kept);
        }
    }

    private static List<(uint Feature, double Value)> Inputs(double keep, AnswerEvidence evidence) =>
        [(1u, 1d), (2u, Odds.Logit(keep)), (3u, evidence.LogOdds / 4), .. evidence.Features];

    private sealed class Regression
    {
        private readonly Dictionary<uint, (double Weight, double Squares)> _weights = new() { [2u] = (1, 0), [3u] = (4, 0) };
        private readonly List<(List<(uint Feature, double Value)> Inputs, double Kept)> _past = [];
        private readonly Random _replay = new(1);

        public int Count { get; private set; }

        public double Raw(List<(uint Feature, double Value)> inputs)
        {
            double sum = 0;
            foreach ((uint feature, double value) in inputs)
            {
                sum += _weights.GetValueOrDefault(feature).Weight * value;
            }

            return sum;
        }

        public void Learn(List<(uint Feature, double Value)> inputs, double kept)
        {
            Step(inputs, kept);
            for (int i = 0; i < Replays && _past.Count > 0; i++)
            {
                (List<(uint Feature, double Value)> old, double seen) = _past[_replay.Next(_past.Count)];
                Step(old, seen);
            }

            if (_past.Count < Capacity)
            {
                _past.Add((inputs, kept));
            }
            else
            {
                _past[Count % Capacity] = (inputs, kept);
            }

            Count++;
        }

        private void Step(List<(uint Feature, double Value)> inputs, double kept)
        {
            double error = Odds.FromLogit(Raw(inputs)) - kept;
            foreach ((uint feature, double value) in inputs)
            {
                ref (double Weight, double Squares) cell = ref CollectionsMarshal.GetValueRefOrAddDefault(_weights, feature, out _);
                double gradient = (error * value) + (Decay * cell.Weight);
                cell.Squares += gradient * gradient;
                cell.Weight -= Rate * gradient / (Math.Sqrt(cell.Squares) + 1e-6);
            }
        }
    }
}
