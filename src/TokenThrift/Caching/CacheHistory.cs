namespace TokenThrift.Caching;

/// <summary>What becomes of a question that follows earlier turns of a conversation.</summary>
public enum CacheHistory
{
    /// <summary>Only a request of one turn may hit on similarity; with history only the exact tier works.</summary>
    SingleTurn,

    /// <summary>A follow-up may hit on similarity where the turn before it was answered by the very same entry.</summary>
    SameParent,
}
