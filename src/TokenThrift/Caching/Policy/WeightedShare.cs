namespace TokenThrift.Caching;

/// <summary>A share that is estimated from weighted observations, with a lower bound. Used under its owner's lock.</summary>
internal sealed class WeightedShare
{
    private const double Forgetting = 1000;
    private double _counted;
    private double _weight;
    private double _squares;

    /// <summary>Gets Wilson's lower bound, with the effective number of observations; 0 while there are none.</summary>
    public double LowerBound => _weight == 0 ? 0 : WilsonBounds.Of(_counted / _weight, _weight * _weight / _squares).Lower;

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
