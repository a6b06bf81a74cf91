using TokenThrift.Requests;

namespace TokenThrift.Caching.Keys;

/// <summary>Who may share an answer with a request, as parts of a key. A part that is not known is null.</summary>
/// <param name="Tenant">The tenant whose requests share.</param>
/// <param name="User">The user whose requests share.</param>
/// <param name="Session">The session whose requests share.</param>
/// <param name="IsKnown">Whether it is known who they are: only then may questions that are merely alike share an answer.</param>
internal readonly record struct CacheScope(string? Tenant, string? User, string? Session, bool IsKnown)
{
    /// <summary>Finds the scope of a request; null when it is to be shared within a session and none was stated.</summary>
    /// <remarks>
    /// Nothing is shared on the strength of an unknown part: where the tenant or the user is not known, the next narrower part is
    /// asked. Requests of which nothing is known share answers to identical requests only, as with a plain response cache. A session that
    /// was inferred from equal messages is nobody's in particular, so it is as good as none.
    /// </remarks>
    public static CacheScope? Of(RequestIdentity identity, CacheSharing sharing)
    {
        string? session = identity.IsSessionInferred ? null : identity.Session;
        return sharing switch
        {
            CacheSharing.Everyone => new CacheScope(null, null, null, IsKnown: true),
            CacheSharing.Tenant when identity.Tenant is { } tenant => new CacheScope(tenant, null, null, IsKnown: true),
            CacheSharing.Session => session is null ? null : new CacheScope(identity.Tenant, identity.User, session, IsKnown: true),
            _ when identity.User is { } user => new CacheScope(identity.Tenant, user, null, IsKnown: true),
            _ => new CacheScope(identity.Tenant, null, session, IsKnown: session is not null),
        };
    }
}
