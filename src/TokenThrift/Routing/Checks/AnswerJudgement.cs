namespace TokenThrift.Routing;

/// <summary>What all checks together say of an answer.</summary>
/// <param name="Verdict">What is done with it.</param>
/// <param name="Score">The estimated chance that a stronger model would not have done better, in [0, 1].</param>
/// <param name="Failure">The code of the first check that failed, or why the answer waits, or <see langword="null"/>.</param>
/// <param name="Message">What a model could be told to mend the answer, or <see langword="null"/>.</param>
internal readonly record struct AnswerJudgement(AnswerVerdict Verdict, double Score, string? Failure = null, string? Message = null)
{
    /// <summary>Gets a value indicating whether the answer is served now.</summary>
    public bool IsAccepted => Verdict == AnswerVerdict.Accepted;
}

/// <summary>What is done with an answer.</summary>
internal enum AnswerVerdict
{
    /// <summary>A check failed, or the score was too low: a stronger model is asked.</summary>
    Refused,

    /// <summary>It is served.</summary>
    Accepted,

    /// <summary>It is good, but another cheap model must say the same.</summary>
    AwaitsAgreement,

    /// <summary>It differs from what another cheap model said: the strongest model is asked.</summary>
    Disagrees,

    /// <summary>It is good, but this request is audited: the strongest model is asked too, and its answer is served.</summary>
    Audited,
}
