namespace TokenThrift.Caching;

/// <summary>What all partitions have taught together: where a new one begins. Safe for concurrent use.</summary>
/// <param name="maxErrorRate">The share of wrong answers that is allowed.</param>
/// <param name="perRequest">Whether that share is one of all requests, not one of served answers.</param>
internal sealed class ErrorPool(double maxErrorRate, bool perRequest)
{
    private readonly Lock _lock = new();
    private readonly ErrorEstimator _estimator = new(maxErrorRate, perRequest);

    /// <summary>Gets what all partitions have taught about the verifier.</summary>
    public VerifierRecord Verifier { get; } = new();

    public void Add(HitEvidence evidence, AnswerComparison verdict, double propensity)
    {
        lock (_lock)
        {
            _estimator.Add(new HitLabel(evidence, verdict, propensity, _estimator.Foretell(evidence)));
        }

        _estimator.Refit(_lock);
    }

    /// <summary>Begins the account of what is served where other processes stand; once, before anything is decided.</summary>
    public void RecallAccount(IReadOnlyList<Lesson> lessons, int writers)
    {
        lock (_lock)
        {
            _estimator.Account.Recall(lessons, writers, maxErrorRate);
        }
    }

    /// <summary>Takes in again what was learnt before a restart, or in another process.</summary>
    public void Recall(IEnumerable<Lesson> lessons)
    {
        lock (_lock)
        {
            foreach (Lesson lesson in lessons)
            {
                if (HitEvidence.Read(lesson.Evidence) is not { } evidence)
                {
                    continue;
                }

                _estimator.Recall(lesson, evidence, lesson.Verdict is { } verdict ? new HitLabel(evidence, verdict, lesson.Propensity, lesson.Foretold) : null);
                Verifier.Recall(lesson, isCounted: true);
            }
        }

        _estimator.Refit(_lock);
    }

    /// <summary>Takes in a request for which serving came into question.</summary>
    public void See(HitEvidence? evidence)
    {
        lock (_lock)
        {
            _estimator.See(evidence);
        }
    }

    /// <summary>Estimates the probability that a candidate is wrong, and the highest at which to serve.</summary>
    public (double Error, double Limit) Judge(HitEvidence evidence, double share)
    {
        lock (_lock)
        {
            return (_estimator.Estimate(evidence), _estimator.Limit(share));
        }
    }

    /// <summary>Returns the share of wrong answers to aim at, and whether what was served leaves room for one more answer.</summary>
    public (double Aim, bool IsAffordable) Allow(double estimatedError, double share)
    {
        lock (_lock)
        {
            return (_estimator.Aim(share), _estimator.Account.Affords(estimatedError, maxErrorRate));
        }
    }

    /// <summary>Notes an answer that is served.</summary>
    public void Serve(double estimatedError)
    {
        lock (_lock)
        {
            _estimator.Account.Serve(estimatedError);
        }
    }

    /// <summary>Takes back what <see cref="Serve"/> noted.</summary>
    public void TakeBack(double estimatedError)
    {
        lock (_lock)
        {
            _estimator.Account.TakeBack(estimatedError);
        }
    }
}
