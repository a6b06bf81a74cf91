namespace TokenThrift.Models;

/// <summary>Whether a policy lets a model be used.</summary>
/// <param name="Reasons">Every reason against the model, for people; empty when it is allowed.</param>
public readonly record struct PolicyVerdict(IReadOnlyList<string> Reasons)
{
    /// <summary>Gets the verdict that nothing speaks against the model.</summary>
    public static PolicyVerdict Allowed { get; } = new([]);

    /// <summary>Gets a value indicating whether the model may be used.</summary>
    public bool IsAllowed => Reasons is { Count: 0 };

    /// <summary>Returns <c>allowed</c>, or the reasons.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => IsAllowed ? "allowed" : string.Join("; ", Reasons ?? ["no verdict"]);
}
