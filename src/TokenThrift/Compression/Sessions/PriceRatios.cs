using TokenThrift.Models;

namespace TokenThrift.Compression.Sessions;

/// <summary>What input costs at the model in use, in pico-dollars a token: from the prompt cache, and otherwise.</summary>
/// <param name="Read">An input token that the provider's prompt cache serves.</param>
/// <param name="Write">Any other input token, with what is charged for caching it.</param>
/// <param name="Output">An output token.</param>
internal readonly record struct PriceRatios(long Read, long Write, long Output)
{
    /// <summary>Reads the prices in force for a size of input; <see langword="null"/> when they are not known, for then nothing can be said to pay.</summary>
    public static PriceRatios? Of(ModelInfo? model, long inputTokens)
    {
        ModelPrices? prices = model?.Prices.ForInput(inputTokens);
        return prices is { Input: { } input, Output: { } output } && input > 0
            ? new PriceRatios(Math.Min(prices.CachedInput ?? input, input), Math.Max(prices.CacheWrite ?? input, input), output)
            : null;
    }
}
