namespace TokenThrift.Caching;

/// <summary>What the policy decided about a question.</summary>
/// <param name="Action">What to do.</param>
/// <param name="Candidate">The answer in question, or null where there is no neighbour.</param>
/// <param name="EstimatedError">The probability that it is wrong.</param>
/// <param name="AuditProbability">With what probability it was going to be checked; 1 where it was not going to be served.</param>
/// <param name="Reason">Why it is not served, or null.</param>
internal sealed record HitDecision(HitAction Action, HitCandidate? Candidate, double EstimatedError, double AuditProbability, string? Reason = null)
{
    /// <summary>Gets a value indicating whether serving the candidate came into question: no guard spoke against it, nor was it beyond all bounds.</summary>
    public bool IsInQuestion { get; init; }

    /// <summary>Gets a value indicating whether the verifier is asked about the candidate: before it is served, or so that it can be learned from.</summary>
    public bool IsForVerifier { get; init; }

    /// <summary>Gets the estimated probability that it is wrong, as it was without the verifier.</summary>
    public double Doubt { get; init; }

    /// <summary>Gets with what probability both the verifier and the model were going to be asked.</summary>
    public double AskProbability { get; init; } = 1;

    /// <summary>Gets what the verifier said; null where it was not asked or gave no answer.</summary>
    public bool? IsAccepted { get; init; }

    /// <summary>Gets a value indicating whether what becomes of it is a fair sample of candidates with this evidence: it is not where the verifier chose.</summary>
    public bool IsFairSample => Action != HitAction.Verify;

    /// <summary>Gets a value indicating whether it is the check of an answer that would have been served.</summary>
    public bool IsAudit => Action == HitAction.Audit && (!IsForVerifier || IsAccepted is true);
}
