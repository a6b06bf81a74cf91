namespace TokenThrift.Routing;

/// <summary>Watches live audits for the sign that the promise no longer holds; may be looked at after each of them.</summary>
/// <remarks>
/// The calibration's betting test, turned round: it bets that the promise is broken, so a promise that holds is given up
/// with a chance of at most 1 - confidence over the whole life of the monitor. Safe for concurrent use.
/// </remarks>
public sealed class QualityMonitor
{
    private const int Horizon = 500;
    private readonly Lock _lock = new();
    private readonly QualityFloor _floor;
    private readonly double _threshold;
    private readonly BettingTest _test;
    private int _audits;

    /// <summary>Initializes a new instance of the <see cref="QualityMonitor"/> class.</summary>
    /// <param name="certificate">What was certified.</param>
    public QualityMonitor(QualityCertificate certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        _floor = certificate.Floor;
        _threshold = certificate.Threshold;
        _test = new BettingTest(_floor.Quality / (1 + _floor.Quality), 1 - _floor.Confidence, Horizon);
    }

    /// <summary>Gets a value indicating whether the promise is held to be broken. It stays so.</summary>
    public bool IsBroken
    {
        get
        {
            lock (_lock)
            {
                return _test.Refutes;
            }
        }
    }

    /// <summary>Gets the number of audits seen.</summary>
    public int Audits
    {
        get
        {
            lock (_lock)
            {
                return _audits;
            }
        }
    }

    /// <summary>Takes in an audit of a request that was chosen at random among all, served and escalated alike.</summary>
    /// <param name="outcome">Its outcome.</param>
    public void Observe(PairedOutcome outcome) => Observe(outcome, _threshold);

    /// <summary>Takes in an audit, judged by the threshold that was in force: what was seen before a threshold was calibrated anew still counts.</summary>
    internal void Observe(PairedOutcome outcome, double threshold)
    {
        lock (_lock)
        {
            _audits++;
            _test.Observe(1 - QualityGuarantee.Loss(outcome, threshold, _floor.Quality));
        }
    }
}
