namespace TokenThrift.Caching;

/// <summary>What a partition believes of its candidates: by its own labels, by those of all partitions while it is young. Used under its owner's lock, but for <see cref="Refit"/>.</summary>
/// <param name="pool">What all partitions have taught.</param>
/// <param name="maxErrorRate">The share of wrong answers that is allowed.</param>
/// <param name="perRequest">Whether that share is one of all requests, not one of served answers.</param>
internal sealed class ErrorBelief(ErrorPool pool, double maxErrorRate, bool perRequest)
{
    // From here on a partition knows itself well enough to leave the pool aside.
    private const int OwnEvidence = 200;

    private readonly ErrorEstimator _own = new(maxErrorRate, perRequest);

    /// <summary>Gets how many labels of its own it has.</summary>
    public int Count => _own.Count;

    /// <summary>Gets a value indicating whether it stands on labels of its own.</summary>
    public bool IsOwn => _own.Count >= OwnEvidence;

    /// <summary>Estimates the probability that a candidate is wrong, and the highest at which to serve; below 0 where nothing may be served.</summary>
    /// <param name="evidence">The candidate.</param>
    /// <param name="share">The share of wrong answers that is allowed for it.</param>
    /// <param name="isQuarantined">Whether nothing that others have taught counts.</param>
    public (double Error, double Limit) Judge(HitEvidence evidence, double share, bool isQuarantined)
    {
        if (IsOwn || isQuarantined)
        {
            return (_own.Estimate(evidence), IsOwn ? _own.Limit(share) : -1);
        }

        // A partition that is still young must look safe to both.
        (double pooled, double limit) = pool.Judge(evidence, share);
        return _own.Count < ErrorEstimator.Fewest ? (pooled, limit) : (Math.Max(pooled, _own.Estimate(evidence)), Math.Min(limit, _own.Limit(share)));
    }

    /// <summary>Returns the share of wrong answers to aim at, and whether what was served leaves room for one more answer.</summary>
    public (double Aim, bool IsAffordable) Allow(double estimatedError, double share) =>
        IsOwn ? (_own.Aim(share), _own.Account.Affords(estimatedError, maxErrorRate)) : pool.Allow(estimatedError, share);

    /// <summary>Takes in a request for which serving came into question; null where its candidate was out of the question.</summary>
    public void See(HitEvidence? evidence)
    {
        _own.See(evidence);
        pool.See(evidence);
    }

    /// <summary>Notes an answer that is served.</summary>
    public void Serve(double estimatedError)
    {
        _own.Account.Serve(estimatedError);
        pool.Serve(estimatedError);
    }

    /// <summary>Takes back what <see cref="Serve"/> noted.</summary>
    public void TakeBack(double estimatedError)
    {
        _own.Account.TakeBack(estimatedError);
        pool.TakeBack(estimatedError);
    }

    /// <summary>Takes in what came of a candidate. Returns the label; <see cref="Refit"/> belongs after it.</summary>
    public HitLabel Add(HitCandidate candidate, AnswerComparison verdict, double propensity, string? answer)
    {
        var label = new HitLabel(candidate.Evidence, verdict, propensity, _own.Foretell(candidate.Evidence), answer, candidate.Match.Entry.AnswerGroup);
        _own.Add(label);
        return label;
    }

    /// <summary>Takes in again what was decided about a candidate and what came of it, before a restart or in another process. The pool hears of it in its own way.</summary>
    /// <param name="lesson">What was decided.</param>
    /// <param name="evidence">The candidate.</param>
    /// <param name="label">What came of it, or null.</param>
    public void Recall(Lesson lesson, HitEvidence evidence, HitLabel? label) => _own.Recall(lesson, evidence, label);

    /// <summary>Fits to what was recalled.</summary>
    /// <param name="owner">The owner's lock; not held by the caller.</param>
    public void FitRecalled(Lock owner) => _own.Refit(owner);

    /// <summary>Begins the account where other processes stand.</summary>
    public void RecallAccount(IReadOnlyList<Lesson> lessons, int writers) => _own.Account.Recall(lessons, writers, maxErrorRate);

    /// <summary>Looks again at what could not be told.</summary>
    public void Tell(Predicate<HitLabel> isSame) => _own.Tell(isSame);

    /// <summary>Forgets the labels of its own.</summary>
    public void Clear() => _own.Clear();

    /// <summary>Fits anew where enough labels have come since, and lets all partitions learn from the newest.</summary>
    /// <param name="owner">The owner's lock; not held by the caller.</param>
    /// <param name="evidence">The candidate.</param>
    /// <param name="verdict">What came of it.</param>
    /// <param name="propensity">With what probability it was going to be checked.</param>
    public void Refit(Lock owner, HitEvidence evidence, AnswerComparison verdict, double propensity)
    {
        _own.Refit(owner);
        pool.Add(evidence, verdict, propensity);
    }
}
