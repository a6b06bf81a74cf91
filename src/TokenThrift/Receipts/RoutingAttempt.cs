namespace TokenThrift.Receipts;

/// <summary>One model that the router asked for a request.</summary>
/// <remarks>The calls with the same <see cref="CallRecord.Attempt"/> say what it cost.</remarks>
/// <param name="Attempt">The number of the attempt, from 1.</param>
/// <param name="ModelId">The model.</param>
/// <param name="Outcome">How it ended.</param>
public sealed record RoutingAttempt(int Attempt, string ModelId, CallOutcome Outcome)
{
    /// <summary>Gets why, as a short code such as <c>schema-invalid</c> or <c>rate-limited</c>, or <see langword="null"/>.</summary>
    public string? Reason { get; init; }

    /// <summary>Gets the estimated probability that the answer is right, in [0, 1], or <see langword="null"/> when there was no answer to judge.</summary>
    public double? Score { get; init; }
}
