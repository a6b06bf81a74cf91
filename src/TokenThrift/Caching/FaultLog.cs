using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using TokenThrift.Requests;

namespace TokenThrift.Caching;

/// <summary>Counts faults of the cache's own, and logs them once per window and kind. Safe for concurrent use.</summary>
internal sealed partial class FaultLog(ILogger? logger, TimeProvider time, CacheMeters? meters = null)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<string, LogWindow> _windows = new(StringComparer.Ordinal);

    public void Report(string what, Exception fault)
    {
        meters?.Fault(what);
        if (logger is not null && _windows.GetOrAdd(what, static (_, clock) => new LogWindow(clock, Window), time).Enter())
        {
            SteppedOver(logger, what, fault);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The answer cache failed at '{What}' and was stepped over; further failures of this kind are not logged for a minute.")]
    private static partial void SteppedOver(ILogger logger, string what, Exception fault);
}
