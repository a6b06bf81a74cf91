using System.Collections.Concurrent;

namespace TokenThrift.Tokens;

/// <summary>Learns, per model, the ratio of reported to counted input tokens.</summary>
/// <remarks>Safe for concurrent use.</remarks>
public sealed class TokenCalibration
{
    private readonly ConcurrentDictionary<string, double> _ratios = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Takes in one finished call.</summary>
    /// <param name="modelId">The model that served it.</param>
    /// <param name="countedTokens">The input tokens that were counted, uncalibrated.</param>
    /// <param name="reportedTokens">The input tokens that the provider reported, cached ones included.</param>
    public void Observe(string modelId, long countedTokens, long reportedTokens)
    {
        if (countedTokens > 0 && reportedTokens > 0)
        {
            _ratios[modelId] = (double)reportedTokens / countedTokens;
        }
    }

    /// <summary>Returns the expected ratio of reported to counted input tokens.</summary>
    /// <param name="modelId">The model.</param>
    /// <returns>The ratio; 1 before anything is known.</returns>
    public double Ratio(string modelId) => _ratios.GetValueOrDefault(modelId, 1);
}
