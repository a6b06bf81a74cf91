using Microsoft.Extensions.Logging;

namespace TokenThrift.Receipts;

internal static partial class ReceiptLog
{
    [LoggerMessage(EventId = 7001, Level = LogLevel.Warning, Message = "The receipt sink {Sink} failed ({Failures} failures so far); the request was not harmed and the receipt was stepped over.")]
    public static partial void SinkFailed(ILogger logger, string sink, long failures, Exception exception);

    [LoggerMessage(EventId = 7002, Level = LogLevel.Warning, Message = "A receipt could not be written; the request was not harmed.")]
    public static partial void ReceiptFailed(ILogger logger, Exception exception);

    public static void Written(ILogger logger, ThriftReceipt receipt)
    {
        if (logger.IsEnabled(LogLevel.Debug))
        {
            string spent = receipt.Spent?.ToString() ?? "unknown";
            string saved = receipt.Savings?.Total.ToString() ?? "unknown";
            Written(logger, receipt.Id, receipt.Calls.Count, spent, saved, receipt.Cache?.Tier ?? CacheTier.None, receipt.Error);
        }

        if (receipt.Content is { } content && logger.IsEnabled(LogLevel.Trace))
        {
            Content(logger, receipt.Id, content.Prompt, content.Answer);
        }
    }

    [LoggerMessage(EventId = 7003, Level = LogLevel.Debug, Message = "Request {ReceiptId}: {Calls} calls, spent {Spent}, saved {Saved}, cache {CacheTier}, error {Error}.")]
    private static partial void Written(ILogger logger, string receiptId, int calls, string spent, string saved, CacheTier cacheTier, string? error);

    [LoggerMessage(EventId = 7004, Level = LogLevel.Trace, Message = "Request {ReceiptId}: prompt {Prompt} answer {Answer}.")]
    private static partial void Content(ILogger logger, string receiptId, string prompt, string answer);
}
