namespace TokenThrift.Receipts;

/// <summary>Where an answer came from.</summary>
public enum CacheTier
{
    /// <summary>From a model.</summary>
    None,

    /// <summary>From the exact cache.</summary>
    Exact,

    /// <summary>From the semantic cache.</summary>
    Semantic,

    /// <summary>From an identical request that was under way.</summary>
    Coalesced,
}
