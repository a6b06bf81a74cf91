using TokenThrift.Receipts;

namespace TokenThrift.Routing;

/// <summary>What is known of a failure.</summary>
/// <param name="Class">Its class.</param>
/// <param name="RetryAfter">How long the provider asks to be left alone, or <see langword="null"/>.</param>
internal readonly record struct Failure(FailureClass Class, TimeSpan? RetryAfter)
{
    /// <summary>Gets a value indicating whether the same model may be asked once more.</summary>
    public bool MayRetry => Class is FailureClass.RateLimited or FailureClass.Overloaded or FailureClass.Network or FailureClass.ServerError;

    /// <summary>Gets a value indicating whether the failure speaks against the deployment rather than the request.</summary>
    public bool CountsAgainstDeployment => MayRetry || Class is FailureClass.Timeout or FailureClass.Unreadable or FailureClass.Unknown;

    /// <summary>Gets a value indicating whether the deployment should not be asked again for long.</summary>
    public bool RestsLong => Class is FailureClass.QuotaExhausted or FailureClass.Authentication;

    /// <summary>Gets how a call that failed so ended.</summary>
    public CallOutcome Outcome => Class switch
    {
        FailureClass.Cancelled => CallOutcome.Cancelled,
        FailureClass.Refused => CallOutcome.Refused,
        _ => CallOutcome.Failed,
    };

    /// <summary>Gets the short code for receipts, such as <c>rate-limited</c>.</summary>
    public string Code => Class switch
    {
        FailureClass.RateLimited => "rate-limited",
        FailureClass.Overloaded => "overloaded",
        FailureClass.Timeout => "timeout",
        FailureClass.Network => "network",
        FailureClass.ServerError => "server-error",
        FailureClass.Unreadable => "unreadable",
        FailureClass.QuotaExhausted => "quota-exhausted",
        FailureClass.ContextTooLong => "context-too-long",
        FailureClass.ContentFiltered => "content-filtered",
        FailureClass.Unsupported => "unsupported",
        FailureClass.Authentication => "authentication",
        FailureClass.BadRequest => "bad-request",
        FailureClass.Refused => "refused",
        FailureClass.Cancelled => "cancelled",
        _ => "failed",
    };
}
