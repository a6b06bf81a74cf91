namespace TokenThrift.Routing;

/// <summary>Predicts, before anyone is asked, how likely each model is to answer a request well; learns from outcomes.</summary>
/// <remarks>
/// <para>
/// Two views, averaged. How well a model did on requests like this one: the mean of a shrunken task-type table, the nearest past
/// requests (far ones count for nothing) and a ridge regression. And how easy all models found such requests: this is
/// learnt from every outcome and so with less noise, and each model's quality follows from it along a logistic curve
/// from its own mean, as in item response theory; what is too hard, or easy, for all models makes no difference between them.
/// </para>
/// <para>Before anything is learnt it returns the prior. Safe for concurrent use; the regression is fitted outside the lock.</para>
/// </remarks>
internal sealed class QualityPredictor
{
    private const int Neighbours = 200;
    private const int Capacity = 4_096;
    private const int LeastForRegression = 32;

    // Smoothed ease is damped by its smoothing; the curve makes up for it. On MMLU any slope from 1.5 to 4 does as well.
    private const double Slope = 2;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, ModelMemory> _models = new(StringComparer.OrdinalIgnoreCase);
    private readonly NearestOutcomes _nearest = new(Capacity);
    private RidgeRegression? _regression;
    private int _learnt;
    private int _refitAt = LeastForRegression;

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
            if (_models.Count == 0)
            {
                return [.. priors.Select(p => p.Prior)];
            }

            SparseRow row = _nearest.Weigh(features);
            IReadOnlyList<Neighbour> neighbours = _nearest.Find(features, row, Neighbours);
            double[]? regressed = _regression?.Predict(row);
            double ease = (NearestOutcomes.Blend(neighbours, EaseOf, 0) + (regressed?[0] ?? 0)) / 2;
            double usual = Math.Clamp(_models.Values.Average(m => m.Mean), 0.02, 0.98);
            double shift = Slope * (Odds.Logit(Math.Clamp(usual + ease, 0.02, 0.98)) - Odds.Logit(usual));
            var predictions = new double[priors.Count];
            for (int i = 0; i < predictions.Length; i++)
            {
                (string model, double prior) = priors[i];
                if (!_models.TryGetValue(model, out ModelMemory? memory))
                {
                    predictions[i] = prior;
                    continue;
                }

                double mean = memory.Table.Mean(prior);
                double near = NearestOutcomes.Blend(neighbours, outcomes => outcomes.TryGetValue(model, out double quality) ? quality : double.NaN, mean);
                double line = mean + (regressed is not null && memory.Target < regressed.Length ? regressed[memory.Target] : 0);
                double own = (memory.Table.Predict(features.TaskType, prior) + near + line) / 3;
                predictions[i] = Math.Clamp((own + Odds.FromLogit(Odds.Logit(mean) + shift)) / 2, 0, 1);
            }

            return predictions;
        }
    }

    /// <summary>Learns how well models answered a request.</summary>
    /// <param name="features">The request.</param>
    /// <param name="outcomes">The quality of the answer of each model that was asked, in [0, 1].</param>
    public void Learn(RequestFeatures features, IReadOnlyDictionary<string, double> outcomes)
    {
        Take(features, outcomes);
        FitIfDue();
    }

    /// <summary>Takes in an outcome; <see cref="FitIfDue"/> belongs after it, or after many.</summary>
    public void Take(RequestFeatures features, IReadOnlyDictionary<string, double> outcomes)
    {
        lock (_lock)
        {
            foreach ((string model, double quality) in outcomes)
            {
                if (!_models.TryGetValue(model, out ModelMemory? memory))
                {
                    _models[model] = memory = new ModelMemory { Target = _models.Count + 1 };
                }

                memory.Table.Learn(features.TaskType, quality);
                memory.Sum += quality;
                memory.Count++;
            }

            _nearest.Add(features, outcomes);
            _learnt++;
        }
    }

    /// <summary>Fits the regression anew where enough outcomes have come since.</summary>
    public void FitIfDue()
    {
        SparseRow[] rows;
        float[][] targets;
        lock (_lock)
        {
            if (_learnt < _refitAt)
            {
                return;
            }

            // Each fit costs as much as there is to learn from; fits a quarter apart cost a constant for each outcome.
            _refitAt = Math.Max(_learnt + 1, _learnt + (Math.Min(_learnt, Capacity) / 4));
            (rows, targets) = Snapshot();
        }

        var regression = RidgeRegression.Fit(rows, targets, targets[0].Length);
        lock (_lock)
        {
            _regression = regression;
        }
    }

    private (SparseRow[] Rows, float[][] Targets) Snapshot()
    {
        var rows = new List<SparseRow>();
        var targets = new List<float[]>();
        foreach ((RequestFeatures features, IReadOnlyDictionary<string, double> outcomes) in _nearest.Entries())
        {
            rows.Add(_nearest.Weigh(features));
            var target = new float[_models.Count + 1];
            target[0] = (float)EaseOf(outcomes);
            foreach ((string model, ModelMemory memory) in _models)
            {
                target[memory.Target] = outcomes.TryGetValue(model, out double quality) ? (float)(quality - memory.Mean) : float.NaN;
            }

            targets.Add(target);
        }

        return ([.. rows], [.. targets]);
    }

    // By how much the models that were asked did better here than they usually do.
    private double EaseOf(IReadOnlyDictionary<string, double> outcomes)
    {
        double sum = 0;
        foreach ((string model, double quality) in outcomes)
        {
            sum += quality - _models[model].Mean;
        }

        return sum / Math.Max(1, outcomes.Count);
    }

    private sealed class ModelMemory
    {
        public TaskTypeTable Table { get; } = new();

        public required int Target { get; init; }

        public double Sum { get; set; }

        public int Count { get; set; }

        public double Mean => Sum / Count;
    }
}
