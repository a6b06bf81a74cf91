namespace TokenThrift.Caching;

/// <summary>How far down the ranking of the traffic by estimated error one may serve for a given share of wrong answers. Immutable.</summary>
/// <remarks>
/// What the user bounds is the share of wrong answers among all served, not each one's probability: the surest are served first, down to
/// the point where their average reaches the bound. The ranking is of all recent candidates, served and not, so it needs no label and
/// has no bias of selection.
/// </remarks>
internal sealed class TrafficCurve
{
    private readonly double[] _estimates;
    private readonly double[] _shares;

    /// <summary>Initializes a new instance of the <see cref="TrafficCurve"/> class.</summary>
    /// <param name="estimates">The estimated errors of recent candidates; sorted here.</param>
    /// <param name="requests">How many requests they are taken from, where the bound is a share of those; 0 where it is one of served answers.</param>
    public TrafficCurve(double[] estimates, int requests)
    {
        _estimates = estimates;
        Array.Sort(_estimates);
        _shares = new double[_estimates.Length];
        double sum = 0;
        for (int i = 0; i < _estimates.Length; i++)
        {
            sum += _estimates[i];
            _shares[i] = sum / (requests > 0 ? requests : i + 1);
        }
    }

    /// <summary>Returns the highest estimated error at which to serve; never below the share itself, for serving such a one cannot raise the average above it.</summary>
    /// <param name="share">The share of wrong answers to aim at.</param>
    public double Limit(double share)
    {
        int low = 0;
        int high = _shares.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = _shares[middle] <= share ? (middle + 1, high) : (low, middle);
        }

        return low == 0 ? share : Math.Max(share, _estimates[low - 1]);
    }
}
