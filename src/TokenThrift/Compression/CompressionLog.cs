using Microsoft.Extensions.Logging;

namespace TokenThrift.Compression;

/// <summary>What compression writes to the log.</summary>
internal static partial class CompressionLog
{
    [LoggerMessage(1, LogLevel.Warning, "The compression pass '{Pass}' failed on a tool result, which is left as the pass found it.")]
    public static partial void PassFault(this ILogger logger, Exception fault, string pass);

    [LoggerMessage(2, LogLevel.Warning, "Compression failed; the request goes on as it was.")]
    public static partial void Fault(this ILogger logger, Exception fault);

    [LoggerMessage(3, LogLevel.Warning, "The originals of removed content could not be stored; the request goes on as it was.")]
    public static partial void StoreFault(this ILogger logger, Exception fault);

    [LoggerMessage(14, LogLevel.Warning, "The choice of tools failed; the request goes on with all of them.")]
    public static partial void ToolFault(this ILogger logger, Exception fault);

    [LoggerMessage(15, LogLevel.Warning, "Prompt hygiene failed; the request goes on as it was.")]
    public static partial void HygieneFault(this ILogger logger, Exception fault);

    [LoggerMessage(16, LogLevel.Information, "The provider's prompt cache cannot hold from message {Index} on ({Issue}): {Detail}.")]
    public static partial void Finding(this ILogger logger, PromptHygieneIssue issue, int index, string detail);
}
