namespace TokenThrift.Caching;

/// <summary>A share that is estimated from weighted observations, with a lower bound. Used under its owner's lock.</summary>
internal sealed class WeightedShare
{
    // One-sided 95 %.
    private const double Confidence = 1.645;
    private const double Forgetting = 1000;
    private double _counted;
    private double _weight;
    private double _squares;

    /// <summary>Gets Wilson's lower bound (JASA 22, 1927), with the effective number of observations; 0 while there are none.</summary>
    public double LowerBound
    {
        get
        {
            if (_weight == 0)
            {
                return 0;
            }

            double n = _weight * _weight / _squares;
            double share = _counted / _weight;
            double z = Confidence * Confidence / n;
            return (share + (z / 2) - (Confidence * Math.Sqrt(((share * (1 - share)) + (z / 4)) / n))) / (1 + z);
        }
    }

    public void Add(bool counts, double weight)
    {
        if (_weight > Forgetting)
        {
            (_counted, _weight, _squares) = (_counted / 2, _weight / 2, _squares / 2);
        }

        _counted += counts ? weight : 0;
        _weight += weight;
        _squares += weight * weight;
    }
}
