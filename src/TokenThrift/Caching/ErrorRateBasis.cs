namespace TokenThrift.Caching;

/// <summary>What an error rate is a share of.</summary>
public enum ErrorRateBasis
{
    /// <summary>Of the answers that were served on similarity: of a hundred such hits, so many may be wrong.</summary>
    Served,

    /// <summary>Of all requests that could have been served so, hits or not. Looser, the more so the fewer the hits.</summary>
    Requests,
}
