using Microsoft.Extensions.Logging;

namespace TokenThrift.Routing;

/// <summary>What the router writes to the log: ids, codes and counts, never content.</summary>
internal static partial class RoutingLog
{
    [LoggerMessage(1, LevelLimit, "{What} failed and was stepped over.")]
    public static partial void SteppedOver(ILogger logger, string what, Exception exception);

    [LoggerMessage(2, LogLevel.Debug, "Attempt {Attempt} at {Model} ended: {Reason}.")]
    public static partial void AttemptEnded(ILogger logger, int attempt, string model, string reason);

    [LoggerMessage(3, LevelLimit, "No answer passed the checks; the best of {Attempts} attempts, by {Model}, is served as degraded.")]
    public static partial void Degraded(ILogger logger, int attempts, string model);

    [LoggerMessage(4, LevelLimit, "The deployment {Deployment} is given a rest until {Until:O}: {Reason}.")]
    public static partial void Rests(ILogger logger, string deployment, DateTimeOffset until, string reason);

    [LoggerMessage(5, LevelLimit, "A secret is set for what the router learns, but there is no distributed cache to keep it in: it ends with the process.")]
    public static partial void NothingToKeepIn(ILogger logger);

    private const LogLevel LevelLimit = LogLevel.Warning;
}
