namespace TokenThrift.Models;

/// <summary>What a model charges, in whole pico-dollars a token (1 USD per million tokens = 1,000,000 pUSD a token).</summary>
/// <remarks>
/// A price that is not known is <see langword="null"/>, never zero: zero means that the vendor gives it away.
/// <see cref="CachedInput"/>, <see cref="CacheWrite"/> and <see cref="Reasoning"/> fall back to
/// <see cref="Input"/>, <see cref="Input"/> and <see cref="Output"/> where the vendor names no separate price.
/// </remarks>
/// <param name="Input">Price of an input token, or <see langword="null"/> when unknown.</param>
/// <param name="Output">Price of an output token, or <see langword="null"/> when unknown.</param>
public sealed record ModelPrices(long? Input, long? Output)
{
    /// <summary>Gets the price of an input token that the provider's prompt cache served, or <see langword="null"/> for no separate price.</summary>
    public long? CachedInput { get; init; }

    /// <summary>Gets the price of an input token that is written to the provider's prompt cache, or <see langword="null"/> for no separate price.</summary>
    public long? CacheWrite { get; init; }

    /// <summary>Gets the price of a reasoning token, or <see langword="null"/> for no separate price.</summary>
    public long? Reasoning { get; init; }

    /// <summary>Gets the prices that replace these above a number of input tokens, ordered by <see cref="PriceTier.AboveInputTokens"/>.</summary>
    public IReadOnlyList<PriceTier> Tiers { get; init; } = [];

    /// <summary>Gets a value indicating whether both the input and the output price are known.</summary>
    public bool IsKnown => Input is not null && Output is not null;

    /// <summary>Returns the prices in force for a request of a given size.</summary>
    /// <param name="inputTokens">The input tokens of the request, cached ones included.</param>
    /// <returns>These prices, or those of the highest tier that the request is above.</returns>
    public ModelPrices ForInput(long inputTokens)
    {
        ModelPrices prices = this;
        foreach (PriceTier tier in Tiers)
        {
            if (inputTokens > tier.AboveInputTokens)
            {
                prices = tier.Prices;
            }
        }

        return prices;
    }
}
