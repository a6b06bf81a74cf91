namespace TokenThrift.Caching;

/// <summary>Which questions may be answered from a similar one, by what came before them in the conversation.</summary>
public enum HistoryPolicy
{
    /// <summary>Questions that open a conversation. One with turns before it shares its answer with identical requests only. The default.</summary>
    SingleTurn,

    /// <summary>Those, and questions whose turn before is the same entry: the same answer to the same question, or to one that was served it.</summary>
    SameParent,
}
