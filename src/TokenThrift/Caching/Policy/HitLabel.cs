namespace TokenThrift.Caching;

/// <summary>What came of a candidate that was checked against the model's own answer.</summary>
/// <param name="Evidence">What spoke for and against it.</param>
/// <param name="Verdict">What the comparer said.</param>
/// <param name="Propensity">With what probability it was going to be checked, above 0; 1 where it was not going to be served.</param>
/// <param name="Foretold">What the fit of that time gave as its probability of being wrong; 1 where there was none.</param>
/// <param name="Answer">The group of the model's answer; null where there is none.</param>
/// <param name="Kept">The group of the answer that might have been served.</param>
internal readonly record struct HitLabel(HitEvidence Evidence, AnswerComparison Verdict, double Propensity, double Foretold, string? Answer = null, string? Kept = null)
{
    /// <summary>Gets a value indicating whether it counts against serving: what cannot be told counts as wrong.</summary>
    public bool IsWrong => Verdict != AnswerComparison.Same;

    /// <summary>Gets a value indicating whether it was going to be served and was checked by the draw.</summary>
    public bool IsAudit => Propensity < 1;
}
