namespace TokenThrift.Receipts;

/// <summary>What came of asking afresh where a similar answer could have been served from the cache.</summary>
public enum CacheAuditVerdict
{
    /// <summary>Nobody could say whether the two answers agree.</summary>
    Unknown,

    /// <summary>The answers agree: the hit would have been right.</summary>
    Same,

    /// <summary>The answers differ: the hit would have been wrong.</summary>
    Different,
}
