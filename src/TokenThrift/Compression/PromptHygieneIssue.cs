namespace TokenThrift.Compression;

/// <summary>What makes the opening of a prompt differ from one call to the next, so that the provider's prompt cache cannot hold.</summary>
public enum PromptHygieneIssue
{
    /// <summary>The instructions hold a time of day, a fresh id or another text that changes with every call.</summary>
    VolatileInstructions,

    /// <summary>The same tools came in another order.</summary>
    ToolOrder,

    /// <summary>A tool's definition changed within a session.</summary>
    ToolDefinition,

    /// <summary>A message that was sent before holds the same JSON with its properties or layout in another order.</summary>
    UnstableJson,

    /// <summary>A message that was sent before came back changed, or is gone.</summary>
    ChangedHistory,
}
