namespace TokenThrift.Caching;

/// <summary>What came of a candidate that was checked against the model's own answer.</summary>
/// <param name="Evidence">What spoke for and against it.</param>
/// <param name="Verdict">What the comparer said.</param>
/// <param name="Weight">How many like it stand behind it: one over the probability that it was checked.</param>
internal readonly record struct HitLabel(HitEvidence Evidence, AnswerComparison Verdict, double Weight)
{
    /// <summary>Gets a value indicating whether it counts against serving: what cannot be told counts as wrong.</summary>
    public bool IsWrong => Verdict != AnswerComparison.Same;
}
