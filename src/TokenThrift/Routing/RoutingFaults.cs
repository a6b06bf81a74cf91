using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using TokenThrift.Requests;

namespace TokenThrift.Routing;

/// <summary>Trouble of ours and of the application's own functions: stepped over, and written to the log once a minute for each kind. Safe for concurrent use.</summary>
internal sealed class RoutingFaults(ILogger logger, TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<string, LogWindow> _windows = new(StringComparer.Ordinal);

    /// <summary>Takes in a fault.</summary>
    /// <param name="what">What failed, of a bounded set of names.</param>
    /// <param name="exception">The fault.</param>
    public void SteppedOver(string what, Exception exception)
    {
        if (_windows.GetOrAdd(what, static (_, clock) => new LogWindow(clock, Window), time).Enter())
        {
            RoutingLog.SteppedOver(logger, what, exception);
        }
    }
}
