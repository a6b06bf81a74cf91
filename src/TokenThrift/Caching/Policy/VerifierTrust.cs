namespace TokenThrift.Caching;

/// <summary>How far one partition trusts the verifier: by its own record, by that of all partitions until its own is long enough, and by a monitor. Used under its owner's lock.</summary>
/// <param name="pool">The record in all partitions.</param>
internal sealed class VerifierTrust(VerifierRecord pool)
{
    private readonly VerifierRecord _own = new();
    private readonly AuditWatch _watch = new();
    private bool _isPoolDoubted;

    /// <summary>Decides about a candidate that is not sure enough without the verifier.</summary>
    /// <remarks>
    /// What it accepts is believed as far as its own record goes: before it has one it is asked only to learn, and nothing is served on its word.
    /// Whether it is asked depends on the evidence and the draw alone, so what it accepted and what was checked are fair samples.
    /// </remarks>
    /// <param name="candidate">The candidate.</param>
    /// <param name="doubt">The estimate of its error without the verifier.</param>
    /// <param name="share">The share of wrong answers that is allowed for it.</param>
    /// <param name="draw">A number drawn uniformly from [0, 1).</param>
    /// <param name="belief">What the partition may serve.</param>
    /// <param name="isQuarantined">Whether nothing may be served.</param>
    /// <returns>The decision, or null where the verifier is not asked.</returns>
    public HitDecision? Decide(HitCandidate candidate, double doubt, double share, double draw, ErrorBelief belief, bool isQuarantined)
    {
        double aim = belief.Allow(1, share).Aim;
        double accepted = isQuarantined ? 1 : VerifierRecord.Estimate(doubt, aim, _own, _isPoolDoubted ? null : pool);
        if (accepted <= aim && belief.Allow(accepted, share).IsAffordable)
        {
            double probability = _watch.Probability(accepted, share);
            return new HitDecision(draw < probability ? HitAction.Audit : HitAction.Verify, candidate, accepted, probability) { IsForVerifier = true, Doubt = doubt, AskProbability = probability };
        }

        double curiosity = pool.Curiosity;
        return draw >= curiosity ? null
            : new HitDecision(HitAction.Ask, candidate, doubt, 1, Keys.CacheReasons.Unsure) { IsForVerifier = true, Doubt = doubt, AskProbability = curiosity };
    }

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
