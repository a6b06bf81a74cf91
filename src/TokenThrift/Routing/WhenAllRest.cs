namespace TokenThrift.Routing;

/// <summary>What the router does when every model that could serve a request rests after faults.</summary>
public enum WhenAllRest
{
    /// <summary>Asks them, the first to recover first.</summary>
    AskFirstToRecover,

    /// <summary>Throws a <see cref="NoCapableModelException"/> that says when the first of them may be asked again.</summary>
    Throw,
}
