namespace TokenThrift.Caching;

/// <summary>Says whether questions that are equal after folding may share an answer: until those that nearly are have shown that they may not. Used under its owner's lock.</summary>
/// <param name="maxErrorRate">The share of wrong answers that is allowed.</param>
internal sealed class FoldingTrust(double maxErrorRate)
{
    // Questions that differ by a letter or an ending; what becomes of them tells about those that are equal after folding.
    private const double NearlyEqual = 0.9;

    private readonly WeightedShare _wrong = new();

    public bool IsGiven => _wrong.LowerBound <= 2 * maxErrorRate;

    /// <summary>Tells whether what becomes of a candidate says anything of text that is equal after folding; two that a guard tells apart do not. Takes longer than the lock should be held.</summary>
    public static bool IsToldBy(string question, HitCandidate candidate) =>
        candidate.Match.Similarity >= NearlyEqual && SemanticGuards.Check(question, candidate.Match.Entry.Question) is null;

    /// <summary>Takes in what became of such a candidate.</summary>
    /// <param name="isWrong">Whether its answer was wrong.</param>
    /// <param name="propensity">With what probability it was going to be checked.</param>
    public void Learn(bool isWrong, double propensity = 1) => _wrong.Add(isWrong, 1 / propensity);
}
