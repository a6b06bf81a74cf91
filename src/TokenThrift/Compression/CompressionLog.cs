using Microsoft.Extensions.Logging;

namespace TokenThrift.Compression;

/// <summary>What compression writes to the log.</summary>
internal static partial class CompressionLog
{
    [LoggerMessage(1, LogLevel.Warning, "The compression pass '{Pass}' failed on a tool result, which is left as the pass found it; further failures are not logged for a minute.")]
    public static partial void PassFault(this ILogger logger, Exception fault, string pass);

    [LoggerMessage(2, LogLevel.Warning, "Compression failed; the request goes on as it was. Further failures are not logged for a minute.")]
    public static partial void Fault(this ILogger logger, Exception fault);

    [LoggerMessage(3, LogLevel.Warning, "Originals or the log of what was removed could not be stored, so nothing more is removed. Further failures are not logged for a minute.")]
    public static partial void StoreFault(this ILogger logger, Exception fault);

    [LoggerMessage(4, LogLevel.Warning, "A summary could not be had, so the oldest messages are left out without one. Further failures are not logged for a minute.")]
    public static partial void SummaryFault(this ILogger logger, Exception fault);

    [LoggerMessage(14, LogLevel.Warning, "The choice of tools failed; the request goes on with all of them.")]
    public static partial void ToolFault(this ILogger logger, Exception fault);

    [LoggerMessage(15, LogLevel.Warning, "Prompt hygiene failed; the request goes on as it was.")]
    public static partial void HygieneFault(this ILogger logger, Exception fault);

    [LoggerMessage(16, LogLevel.Information, "The provider's prompt cache cannot hold from message {Index} on ({Issue}): {Detail}.")]
    public static partial void Finding(this ILogger logger, PromptHygieneIssue issue, int index, string detail);
}
