namespace TokenThrift.Compression;

/// <summary>What a pass is given: the text as the passes before it left it, and where it comes from.</summary>
/// <param name="Text">The text.</param>
public sealed record CompressionInput(string Text)
{
    /// <summary>Gets the name of the tool whose result it is, or <see langword="null"/> when it is not known.</summary>
    public string? ToolName { get; init; }

    /// <summary>Gets the arguments of the tool call as JSON, or <see langword="null"/>.</summary>
    public string? Arguments { get; init; }

    /// <summary>Gets what the user asked last before the result, or <see langword="null"/>.</summary>
    public string? Query { get; init; }

    /// <summary>Gets a value indicating whether the text is the content of a file that the agent may edit, so that every character counts.</summary>
    public bool IsVerbatim { get; init; }
}
