namespace TokenThrift.Caching;

/// <summary>How far one partition trusts the verifier: by its own record, by that of all partitions until its own is long enough, and by a monitor. Used under its owner's lock.</summary>
/// <param name="pool">The record in all partitions.</param>
internal sealed class VerifierTrust(VerifierRecord pool)
{
    private readonly VerifierRecord _own = new();
    private readonly AuditWatch _watch = new();
    private bool _isPoolDoubted;

    /// <summary>Estimates how likely a candidate that it accepts is wrong; 1 where that is not known, or is above the aim.</summary>
    /// <param name="doubt">The estimate of its error without the verifier.</param>
    /// <param name="aim">The share of wrong answers to aim at.</param>
    public double Estimate(double doubt, double aim) => VerifierRecord.Estimate(doubt, aim, _own, _isPoolDoubted ? null : pool);

    /// <summary>Returns with what probability a candidate that is served if it is accepted is checked instead.</summary>
    public double AuditProbability(double estimatedError, double share) => _watch.Probability(estimatedError, share);

    /// <summary>Takes in what came of a candidate that it accepted.</summary>
    /// <param name="decision">The decision.</param>
    /// <param name="isWrong">Whether it was not found to be right.</param>
    /// <param name="propensity">With what probability it was going to be checked.</param>
    public void Learn(HitDecision decision, bool isWrong, double propensity)
    {
        _own.Add(decision.Doubt, isWrong, propensity);
        pool.Add(decision.Doubt, isWrong, propensity);
    }

    /// <summary>Takes in again what came of a candidate; the record in all partitions hears of it in its own way.</summary>
    public void Recall(Lesson lesson) => _own.Recall(lesson, isCounted: false);

    /// <summary>Takes in an audit, or a report.</summary>
    public void Watch(double estimatedError, bool isWrong)
    {
        _watch.Count();
        if (_watch.Observe(estimatedError, isWrong))
        {
            Withdraw();
        }
    }

    /// <summary>What it accepts is wrong more often than was said: it must prove itself again, in this partition.</summary>
    public void Withdraw()
    {
        _own.Clear();
        _watch.Reset();
        _isPoolDoubted = true;
    }
}
