namespace TokenThrift.Caching;

/// <summary>With whom a cached answer may be shared. The identity comes from the request's context, never from message text.</summary>
public enum CacheSharing
{
    /// <summary>With the same session of the same user only.</summary>
    Session,

    /// <summary>With the same user of the same tenant; where no user is known, the same session.</summary>
    User,

    /// <summary>With all users of the same tenant.</summary>
    Tenant,

    /// <summary>With everyone.</summary>
    Everyone,
}
