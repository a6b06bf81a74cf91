namespace TokenThrift.Routing;

/// <summary>What the router does when no model's answer passed the checks.</summary>
public enum WhenAllFail
{
    /// <summary>Serves the best of the answers, marked as degraded in the response and in the receipt.</summary>
    ServeBest,

    /// <summary>Throws a <see cref="RoutingFailedException"/>.</summary>
    Throw,
}
