namespace TokenThrift.Caching;

/// <summary>With whom a cached answer may be shared. The identity comes from the request's context, never from message text.</summary>
/// <remarks>
/// Where the part that is named is not known, the next narrower one is used: tenant, then user, then a session that was stated. Requests of
/// which none of these is known share answers to identical requests with each other, as with a plain response cache, and never an
/// answer to a question that is merely alike.
/// </remarks>
public enum CacheSharing
{
    /// <summary>With the same session of the same user only. A request whose session was not stated goes past the cache.</summary>
    Session,

    /// <summary>With the same user of the same tenant; where no user is known, the same session. The default.</summary>
    User,

    /// <summary>With all users of the same tenant.</summary>
    Tenant,

    /// <summary>With everyone, known or not.</summary>
    Everyone,
}
