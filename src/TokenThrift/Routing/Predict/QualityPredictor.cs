using System.Runtime.InteropServices;

namespace TokenThrift.Routing;

/// <summary>Predicts, before anyone is asked, how likely each model is to answer a request well; learns from outcomes.</summary>
/// <remarks>
/// Three plain experts, blended: a shrunken task-type table, the nearest past requests (far ones count for nothing), a
/// hashed logistic regression. Before anything is learnt it returns the prior. Safe for concurrent use.
/// </remarks>
internal sealed class QualityPredictor
{
    private const int Neighbours = 200;
    private const int Capacity = 4_096;
    private const int Replays = 4;
    private const double TableWeight = 1;
    private const double NearestWeight = 2;
    private const double LogisticWeight = 1;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, ModelMemory> _models = new(StringComparer.OrdinalIgnoreCase);
    private readonly NearestOutcomes _nearest = new(Capacity);
    private readonly List<(RequestFeatures Features, IReadOnlyDictionary<string, double> Outcomes)> _past = [];
    private readonly Random _replay = new(1);
    private int _learnt;

    /// <summary>Gets the number of outcomes learnt.</summary>
    public int Learnt => Volatile.Read(ref _learnt);

    /// <summary>Predicts the quality of each model.</summary>
    /// <param name="features">The request.</param>
    /// <param name="priors">What is believed of each model without any outcome, in [0, 1].</param>
    /// <returns>The predictions in the order of <paramref name="priors"/>, in [0, 1].</returns>
    public double[] Predict(RequestFeatures features, IReadOnlyList<(string Model, double Prior)> priors)
    {
        lock (_lock)
        {
            IReadOnlyList<Neighbour> neighbours = _nearest.Find(features, Neighbours);
            var predictions = new double[priors.Count];
            for (int i = 0; i < predictions.Length; i++)
            {
                (string model, double prior) = priors[i];
                if (!_models.TryGetValue(model, out ModelMemory? memory))
                {
                    predictions[i] = prior;
                    continue;
                }

                predictions[i] = ((TableWeight * memory.Table.Predict(features.TaskType, prior))
                    + (NearestWeight * NearestOutcomes.Blend(neighbours, model, memory.Table.Mean(prior)))
                    + (LogisticWeight * memory.Logistic.Predict(features))) / (TableWeight + NearestWeight + LogisticWeight);
            }

            return predictions;
        }
    }

    /// <summary>Learns how well models answered a request.</summary>
    /// <param name="features">The request.</param>
    /// <param name="outcomes">The quality of the answer of each model that was asked, in [0, 1].</param>
    public void Learn(RequestFeatures features, IReadOnlyDictionary<string, double> outcomes)
    {
        lock (_lock)
        {
            foreach ((string model, double quality) in outcomes)
            {
                ModelMemory memory = CollectionsMarshal.GetValueRefOrAddDefault(_models, model, out _) ??= new ModelMemory();
                memory.Table.Learn(features.TaskType, quality);
                memory.Logistic.Learn(features, quality);
            }

            // One pass over few labels leaves the regression half learnt; it goes over some of the past again.
            for (int i = 0; i < Replays && _past.Count > 0; i++)
            {
                (RequestFeatures old, IReadOnlyDictionary<string, double> seen) = _past[_replay.Next(_past.Count)];
                foreach ((string model, double quality) in seen)
                {
                    _models[model].Logistic.Learn(old, quality);
                }
            }

            if (_past.Count < Capacity)
            {
                _past.Add((features, outcomes));
            }
            else
            {
                _past[_learnt % Capacity] = (features, outcomes);
            }

            _nearest.Add(features, outcomes);
            _learnt++;
        }
    }

    private sealed class ModelMemory
    {
        // Where a logistic starts matters little once it has learnt; before that the prior is used.
        private const double Start = 0.7;

        public TaskTypeTable Table { get; } = new();

        public HashedLogistic Logistic { get; } = new(Start);
    }
}
