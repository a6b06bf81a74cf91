using TokenThrift.Models;

namespace TokenThrift.Budgets;

/// <summary>The most that a call can cost, from bounds on its tokens. Pure arithmetic in pico-dollars, rounded up.</summary>
internal static class HoldPrice
{
    private const int PicoPerNano = 1000;

    /// <summary>Computes the worst case: every input token at the dearest input price that it can meet, every output token at the dearest output price.</summary>
    /// <returns>The cost, or <see langword="null"/> when a price is not known. Capped at what a ledger takes.</returns>
    public static NanoUsd? Of(ModelPrices prices, long inputTokens, long outputTokens)
    {
        if (Dearest(prices, inputTokens) is not { } dearest)
        {
            return null;
        }

        Int128 pico = ((Int128)inputTokens * dearest.Input) + ((Int128)outputTokens * dearest.Output);
        Int128 nano = (pico + PicoPerNano - 1) / PicoPerNano;
        return new NanoUsd(nano > BudgetAmounts.Max ? BudgetAmounts.Max : (long)nano);
    }

    /// <summary>Computes how many output tokens an amount pays for after the input.</summary>
    /// <returns>The tokens, at least zero; <see langword="null"/> when a price is not known.</returns>
    public static long? Affordable(ModelPrices prices, long inputTokens, NanoUsd amount)
    {
        if (Dearest(prices, inputTokens) is not { } dearest)
        {
            return null;
        }

        Int128 left = ((Int128)amount.Value * PicoPerNano) - ((Int128)inputTokens * dearest.Input);
        return left <= 0 ? 0 : dearest.Output == 0 ? long.MaxValue : (long)Int128.Min(long.MaxValue, left / dearest.Output);
    }

    // A tier may be cheaper than the one below it, and the real input is anywhere up to the bound: take the dearest that can apply.
    private static (long Input, long Output)? Dearest(ModelPrices prices, long inputTokens)
    {
        if (!prices.IsKnown)
        {
            return null;
        }

        (long input, long output) = Of(prices);
        foreach (PriceTier tier in prices.Tiers)
        {
            if (inputTokens > tier.AboveInputTokens)
            {
                if (!tier.Prices.IsKnown)
                {
                    return null;
                }

                (long tierInput, long tierOutput) = Of(tier.Prices);
                input = Math.Max(input, tierInput);
                output = Math.Max(output, tierOutput);
            }
        }

        return (input, output);

        static (long Input, long Output) Of(ModelPrices p) => (
            Math.Max(Math.Max(p.Input!.Value, p.CacheWrite ?? 0), p.CachedInput ?? 0),
            Math.Max(p.Output!.Value, p.Reasoning ?? 0));
    }
}
