namespace TokenThrift.Caching;

/// <summary>Keeps account of what was served: how many answers, and how many of them are expected to be wrong. Used under its owner's lock.</summary>
/// <remarks>
/// Wrong answers among the served ones are near to Poisson: their number has the standard deviation √expected. What is served keeps the
/// expected number, plus 1.645 such deviations (one-sided 95 %), within what the bound allows so far and one more. The margin is wide while few were
/// served, when one wrong answer weighs heavily, and vanishes as they become many.
/// </remarks>
/// <param name="perRequest">Whether the bound is a share of all requests, not one of served answers.</param>
internal sealed class ErrorAccount(bool perRequest)
{
    /// <summary>At most this share of the bound is aimed at, however many were served: room for what an estimate cannot know.</summary>
    public const double MostAim = 0.85;

    private const double Deviations = 1.645;
    private const double Allowance = 1;

    // How far ahead the aim looks.
    private const double Growth = 1.2;
    private const double Start = 50;

    private long _requests;
    private long _served;
    private double _expected;

    /// <summary>Notes a request for which serving came into question.</summary>
    public void Ask() => _requests++;

    /// <summary>Notes an answer that is served.</summary>
    /// <param name="estimatedError">Its probability of being wrong.</param>
    public void Serve(double estimatedError)
    {
        _served++;
        _expected += estimatedError;
    }

    /// <summary>Takes back what <see cref="Serve"/> noted.</summary>
    public void TakeBack(double estimatedError)
    {
        _served--;
        _expected -= estimatedError;
    }

    /// <summary>Begins where processes before this one, or beside it, stand: with the mean of what each has served.</summary>
    /// <param name="lessons">What they have decided.</param>
    /// <param name="writers">How many they are, at least 1.</param>
    /// <param name="share">The bound; what is expected to be wrong is taken to be within it, or nothing would ever be served again.</param>
    public void Recall(IEnumerable<Lesson> lessons, int writers, double share)
    {
        foreach (Lesson lesson in lessons.Where(lesson => lesson is { Evidence: not null, IsReport: false }))
        {
            _requests++;
            _served += lesson.IsServed ? 1 : 0;
            _expected += lesson.IsServed ? lesson.EstimatedError : 0;
        }

        (_requests, _served, _expected) = (_requests / writers, _served / writers, Math.Min(_expected / writers, MostExpected((share * (Base / writers)) + Allowance)));
    }

    /// <summary>Tells whether one more answer may be served.</summary>
    /// <param name="estimatedError">Its probability of being wrong.</param>
    /// <param name="share">The bound.</param>
    public bool Affords(double estimatedError, double share)
    {
        double expected = Math.Max(0, _expected) + estimatedError;
        return expected + (Deviations * Math.Sqrt(expected)) <= (share * (Base + 1)) + Allowance;
    }

    /// <summary>Returns the share of wrong answers to aim at, so that <see cref="Affords"/> will hold for a while.</summary>
    /// <param name="share">The bound.</param>
    public double Aim(double share)
    {
        double allowed = share * ((Growth * Base) + Start);
        return share * Math.Min(MostAim, MostExpected(allowed + Allowance) / allowed);
    }

    // How many may be expected to be wrong so that these and their margin are within what is allowed.
    private static double MostExpected(double allowed)
    {
        double root = (Math.Sqrt((Deviations * Deviations) + (4 * allowed)) - Deviations) / 2;
        return root * root;
    }

    private long Base => perRequest ? _requests : _served;
}
