namespace TokenThrift.Caching;

/// <summary>Says how much to check of what is served, and tells from what was checked or reported that more is wrong than was said. Used under its owner's lock.</summary>
internal sealed class AuditWatch
{
    private readonly ErrorMonitor _monitor = new();
    private int _audits;

    /// <summary>Returns with what probability a candidate that would be served is checked instead.</summary>
    public double Probability(double estimatedError, double share) => AuditPlan.Probability(estimatedError, share, _audits, _monitor.Evidence);

    /// <summary>Takes in that a candidate was checked.</summary>
    public void Count() => _audits++;

    /// <summary>Takes in what was found. Returns whether that is enough to stop; then it begins anew.</summary>
    /// <remarks>The candidates' estimates average to no more than the aim, so what the bound allows each is its estimate and the aim's margin.</remarks>
    public bool Observe(double estimatedError, bool isWrong)
    {
        _monitor.Observe(estimatedError / ErrorAccount.MostAim, isWrong);
        if (!_monitor.IsAlarmed)
        {
            return false;
        }

        Reset();
        return true;
    }

    public void Reset()
    {
        _monitor.Reset();
        _audits = 0;
    }
}
