using TokenThrift.Models;

namespace TokenThrift.Receipts;

/// <summary>Turns usage into money, exactly.</summary>
public static class UsageCost
{
    private const int PicoPerNano = 1000;

    /// <summary>Computes what a call costs: input at its three prices, output at its two, the tier chosen by the whole input.</summary>
    /// <param name="usage">The usage.</param>
    /// <param name="prices">The prices.</param>
    /// <returns>The cost rounded up to whole nano-dollars, or <see langword="null"/> when a price that is needed is not known.</returns>
    /// <exception cref="OverflowException">The cost does not fit (about 9.2 billion dollars).</exception>
    public static NanoUsd? Of(TokenUsage usage, ModelPrices prices)
    {
        ArgumentNullException.ThrowIfNull(prices);
        return OfTier(usage, prices.ForInput(usage.Input));
    }

    /// <summary>Computes what a call to a model cost, or returns <see langword="null"/> where the usage, the model or a price is not known.</summary>
    internal static NanoUsd? Of(TokenUsage? usage, string? modelId, ModelCatalog catalog) =>
        usage is { } known && catalog.Find(modelId) is { } model ? Of(known, model.Prices) : null;

    /// <summary>Computes what tokens cost at the prices of one tier, whatever their number.</summary>
    internal static NanoUsd? OfTier(TokenUsage usage, ModelPrices tier)
    {
        if (tier.Input is not { } input || tier.Output is not { } output)
        {
            return null;
        }

        Int128 pico = ((Int128)(usage.Input - usage.CachedInput - usage.CacheWrite) * input)
            + ((Int128)usage.CachedInput * (tier.CachedInput ?? input))
            + ((Int128)usage.CacheWrite * (tier.CacheWrite ?? input))
            + ((Int128)(usage.Output - usage.Reasoning) * output)
            + ((Int128)usage.Reasoning * (tier.Reasoning ?? output));
        return new NanoUsd(checked((long)((pico + PicoPerNano - 1) / PicoPerNano)));
    }
}
