namespace TokenThrift.Caching;

/// <summary>What the policy decided about a question.</summary>
/// <param name="Action">What to do.</param>
/// <param name="Candidate">The answer in question, or null where there is no neighbour.</param>
/// <param name="EstimatedError">The probability that it is wrong.</param>
/// <param name="AuditProbability">With what probability it was going to be checked; 1 where it was not going to be served.</param>
/// <param name="Reason">Why it is not served, or null.</param>
internal sealed record HitDecision(HitAction Action, HitCandidate? Candidate, double EstimatedError, double AuditProbability, string? Reason = null);
