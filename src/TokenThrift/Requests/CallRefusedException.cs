namespace TokenThrift.Requests;

/// <summary>A call that was refused on purpose before anything was sent: by a budget or by policy.</summary>
/// <remarks>
/// The base of every refusal of ours, so that a room can tell one from a fault without knowing who refused: a router
/// reads it as "this leg cannot serve the request", and nothing retries it, caches it or counts it as a provider's failure.
/// </remarks>
public abstract class CallRefusedException : InvalidOperationException
{
    /// <summary>Initializes a new instance of the <see cref="CallRefusedException"/> class.</summary>
    /// <param name="message">What was refused and why, with the limit.</param>
    /// <param name="innerException">The cause, or <see langword="null"/>.</param>
    protected CallRefusedException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
