namespace TokenThrift.Routing;

/// <summary>How an agent's loop can be stuck.</summary>
internal enum StallKind
{
    None,

    /// <summary>The same tool was called with the same arguments three times in the last six calls, the newest among them.</summary>
    RepeatedCall,

    /// <summary>The last tool results are all errors.</summary>
    RepeatedErrors,
}
