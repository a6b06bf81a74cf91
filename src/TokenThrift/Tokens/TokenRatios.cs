namespace TokenThrift.Tokens;

/// <summary>The ratios of one model: their weighted mean and the latest of them.</summary>
internal sealed class TokenRatios
{
    private const double Newest = 0.2;
    private const double Largest = 3;
    private const int Window = 200;

    private readonly Lock _lock = new();
    private readonly double[] _latest = new double[Window];
    private double _logMean;
    private long _count;

    public double Mean
    {
        get
        {
            lock (_lock)
            {
                return Math.Exp(_logMean);
            }
        }
    }

    public long Count
    {
        get
        {
            lock (_lock)
            {
                return _count;
            }
        }
    }

    public void Observe(double ratio)
    {
        lock (_lock)
        {
            // The window keeps the ratio as it was: a bound must see the odd call too.
            _latest[_count % Window] = ratio;
            _count++;

            // The plain mean at first, until the newest weighs less than its share.
            double weight = Math.Max(Newest, 1.0 / _count);
            _logMean += weight * (Math.Log(Math.Clamp(ratio, 1 / Largest, Largest)) - _logMean);
        }
    }

    public double? Upper(double confidence)
    {
        lock (_lock)
        {
            int n = (int)Math.Min(_count, Window);

            // The product is rounded before the ceiling: 100 x 0.99 is 99, not a hair more.
            int rank = (int)Math.Ceiling(Math.Round((n + 1) * confidence, 9));
            if (n == 0 || rank > n)
            {
                return null;
            }

            double[] sorted = _latest[..n];
            Array.Sort(sorted);
            return sorted[rank - 1];
        }
    }
}
