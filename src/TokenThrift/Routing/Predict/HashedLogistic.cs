namespace TokenThrift.Routing;

/// <summary>A logistic regression over hashed words, learnt online by AdaGrad (Duchi, Hazan and Singer 2011) with L2 decay.</summary>
internal sealed class HashedLogistic(double prior)
{
    private const int Buckets = 1 << 16;
    private const double Rate = 0.05;
    private const double Decay = 1e-4;
    private readonly float[] _weights = new float[Buckets];
    private readonly float[] _squares = new float[Buckets];
    private readonly double _bias = Odds.Logit(prior);

    public double Predict(RequestFeatures features)
    {
        double sum = _bias;
        float scale = Scale(features);
        for (int i = 0; i < features.Terms.Length; i++)
        {
            sum += _weights[Bucket(features.Terms[i])] * features.Frequencies[i] * scale;
        }

        for (int i = 0; i < features.Measures.Length; i++)
        {
            sum += _weights[MeasureBucket(i)] * features.Measures[i];
        }

        foreach (uint word in features.TypeWords)
        {
            sum += _weights[Bucket(word)];
        }

        return Odds.FromLogit(sum);
    }

    public void Learn(RequestFeatures features, double quality)
    {
        double error = Predict(features) - quality;
        float scale = Scale(features);
        for (int i = 0; i < features.Terms.Length; i++)
        {
            Step(Bucket(features.Terms[i]), error * features.Frequencies[i] * scale);
        }

        for (int i = 0; i < features.Measures.Length; i++)
        {
            Step(MeasureBucket(i), error * features.Measures[i]);
        }

        foreach (uint word in features.TypeWords)
        {
            Step(Bucket(word), error);
        }
    }

    private void Step(uint bucket, double gradient)
    {
        double g = gradient + (Decay * _weights[bucket]);
        _squares[bucket] += (float)(g * g);
        _weights[bucket] -= (float)(Rate * g / (Math.Sqrt(_squares[bucket]) + 1e-6));
    }

    // A long question must not outvote a short one by its number of words.
    private static float Scale(RequestFeatures features) => features.Terms.Length == 0 ? 0 : 1f / MathF.Sqrt(features.Terms.Length);

    private static uint Bucket(uint hash) => hash & (Buckets - 1);

    private static uint MeasureBucket(int index) => Bucket(((uint)index * 7919) + 17);
}
