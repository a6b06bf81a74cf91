namespace TokenThrift.Requests;

/// <summary>Who asks: the owner of a request's money and of what may be shared with it.</summary>
/// <remarks>Immutable. A part that is not known is <see langword="null"/>; nothing is shared on the strength of an unknown part.</remarks>
public sealed record RequestIdentity
{
    /// <summary>Gets the identity of a request of which nothing is known.</summary>
    public static RequestIdentity Anonymous { get; } = new();

    /// <summary>Gets the tenant, or <see langword="null"/>.</summary>
    public string? Tenant { get; init; }

    /// <summary>Gets the end user, or <see langword="null"/>.</summary>
    public string? User { get; init; }

    /// <summary>Gets the session (one conversation), or <see langword="null"/> when the request is stateless.</summary>
    public string? Session { get; init; }

    /// <summary>Gets a value indicating whether <see cref="Session"/> was inferred from the messages rather than stated.</summary>
    /// <remarks>Good for grouping and for caps; two people who sent the same opening share it until they diverge, so it is no licence to share answers.</remarks>
    public bool IsSessionInferred { get; init; }

    /// <summary>Gets the id of the task, or <see langword="null"/>.</summary>
    public string? Task { get; init; }

    /// <summary>Fills the parts that are not known here from another identity.</summary>
    /// <param name="fallback">The identity to fill from.</param>
    /// <returns>The joined identity.</returns>
    public RequestIdentity OrElse(RequestIdentity? fallback) => fallback is null ? this : new()
    {
        Tenant = Tenant ?? fallback.Tenant,
        User = User ?? fallback.User,
        Session = Session ?? fallback.Session,
        IsSessionInferred = Session is null ? fallback.IsSessionInferred : IsSessionInferred,
        Task = Task ?? fallback.Task,
    };
}
