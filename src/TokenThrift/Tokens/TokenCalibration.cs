using System.Collections.Concurrent;

namespace TokenThrift.Tokens;

/// <summary>Learns, per model, the ratio of reported to counted input tokens.</summary>
/// <remarks>
/// Counts are never exact for tools, pictures and foreign tokenizers; providers report what they billed. The expected ratio
/// is an exponentially weighted mean of the logarithm of the ratio (weight 0.2 for the newest call), so that twice too many
/// and twice too few weigh the same. Safe for concurrent use. At most 1,024 models are kept; calls of others are ignored.
/// </remarks>
public sealed class TokenCalibration
{
    private const int MostModels = 1_024;

    private readonly ConcurrentDictionary<string, TokenRatios> _ratios = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Takes in one finished call.</summary>
    /// <remarks>Ratios outside 1/3 to 3 are taken as 1/3 and 3, so that one odd report cannot carry the mean away.</remarks>
    /// <param name="modelId">The model that served it.</param>
    /// <param name="countedTokens">The input tokens that were counted, uncalibrated.</param>
    /// <param name="reportedTokens">The input tokens that the provider reported, cached ones included.</param>
    public void Observe(string modelId, long countedTokens, long reportedTokens)
    {
        ArgumentNullException.ThrowIfNull(modelId);
        if (countedTokens <= 0 || reportedTokens <= 0)
        {
            return;
        }

        if (!_ratios.TryGetValue(modelId, out TokenRatios? ratios))
        {
            if (_ratios.Count >= MostModels)
            {
                return;
            }

            ratios = _ratios.GetOrAdd(modelId, static _ => new TokenRatios());
        }

        ratios.Observe((double)reportedTokens / countedTokens);
    }

    /// <summary>Returns the expected ratio of reported to counted input tokens.</summary>
    /// <param name="modelId">The model.</param>
    /// <returns>The ratio, 1/3 to 3; 1 before anything is known.</returns>
    public double Ratio(string modelId)
    {
        ArgumentNullException.ThrowIfNull(modelId);
        return _ratios.TryGetValue(modelId, out TokenRatios? ratios) ? ratios.Mean : 1;
    }

    /// <summary>Returns a ratio that the next call exceeds with at most a given probability, if calls are exchangeable.</summary>
    /// <remarks>
    /// The split-conformal quantile of the last 200 ratios: the ceil((n + 1) x confidence)-th smallest (Vovk et al. 2005;
    /// Angelopoulos and Bates 2021, section 1). With too few calls to say so there is none: 99 % takes 99 calls.
    /// </remarks>
    /// <param name="modelId">The model.</param>
    /// <param name="confidence">The probability that the next ratio is no higher, above 0 and below 1; 0.99 by default.</param>
    /// <returns>The ratio, or <see langword="null"/> while too few calls were seen.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="confidence"/> is not between 0 and 1.</exception>
    public double? UpperRatio(string modelId, double confidence = 0.99)
    {
        ArgumentNullException.ThrowIfNull(modelId);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(confidence, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(confidence, 1);
        return _ratios.TryGetValue(modelId, out TokenRatios? ratios) ? ratios.Upper(confidence) : null;
    }

    /// <summary>Returns how many calls of a model the calibration has taken in.</summary>
    /// <param name="modelId">The model.</param>
    /// <returns>The number of calls.</returns>
    public long Observations(string modelId)
    {
        ArgumentNullException.ThrowIfNull(modelId);
        return _ratios.TryGetValue(modelId, out TokenRatios? ratios) ? ratios.Count : 0;
    }
}
