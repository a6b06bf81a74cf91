namespace TokenThrift.Models;

/// <summary>What becomes of a call that would put a vendor or jurisdiction above its share.</summary>
public enum WhenShareReached
{
    /// <summary>Another leg is taken where one can serve the request; where none can, the call is made.</summary>
    PreferOthers,

    /// <summary>The call is refused like any other that the policy does not allow.</summary>
    Refuse,
}
