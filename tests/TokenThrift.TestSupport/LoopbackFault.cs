namespace TokenThrift.TestSupport;

/// <summary>A fault below HTTP's status codes.</summary>
public enum LoopbackFault
{
    None,
    Hang,
    Cut,
    BadJson,
}
