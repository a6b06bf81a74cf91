namespace TokenThrift.Receipts;

/// <summary>What the cache did for some of the requests.</summary>
/// <param name="Tier">Where the answer came from: <c>exact</c>, <c>semantic</c>, <c>coalesced</c> or <c>none</c>.</param>
/// <param name="Reason">Why, as a short code.</param>
/// <param name="Requests">The requests.</param>
/// <param name="EstimatedErrors">The sum of the estimated probabilities that a served answer is wrong: the wrong answers to expect among these.</param>
public sealed record CacheOutcome(string Tier, string Reason, long Requests, double EstimatedErrors);
