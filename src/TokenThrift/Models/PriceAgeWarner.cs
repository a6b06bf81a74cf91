using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace TokenThrift.Models;

/// <summary>Warns, once for each model, that its price was read long ago.</summary>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed partial class PriceAgeWarner(TimeProvider time, ILogger? logger, TimeSpan age)
{
    private readonly ConcurrentDictionary<string, byte> _warned = new(StringComparer.OrdinalIgnoreCase);
    private readonly ILogger _logger = logger ?? NullLogger.Instance;

    /// <summary>Says whether a price is older than an age; a price without a date has none.</summary>
    public static bool IsStale(ModelInfo model, DateOnly today, TimeSpan age) =>
        model.PricedOn is { } read && today.DayNumber - read.DayNumber > age.TotalDays;

    /// <summary>Warns where it is time to.</summary>
    public void Check(ModelInfo? model)
    {
        if (model is not null
            && IsStale(model, DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime), age)
            && _warned.TryAdd(model.Id, 0))
        {
            Warn(model.Id, model.PricedOn!.Value);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The price of '{Model}' was read on {PricedOn:yyyy-MM-dd}. Costs and budgets may be off; state its present price in the catalogue's overrides.")]
    private partial void Warn(string model, DateOnly pricedOn);
}
