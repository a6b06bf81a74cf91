namespace TokenThrift.TestSupport;

/// <summary>A fault below HTTP's status codes.</summary>
public enum LoopbackFault
{
    None,
    Hang,

    /// <summary>The stream begins with the role and then hangs.</summary>
    Stall,
    Cut,
    BadJson,
}
