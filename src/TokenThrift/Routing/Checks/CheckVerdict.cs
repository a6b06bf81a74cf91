namespace TokenThrift.Routing;

/// <summary>What a check says of an answer.</summary>
public enum CheckVerdict
{
    /// <summary>The check cannot say.</summary>
    Unknown,

    /// <summary>The answer is as it should be, as far as the check can see.</summary>
    Pass,

    /// <summary>The answer cannot be used.</summary>
    Fail,
}
