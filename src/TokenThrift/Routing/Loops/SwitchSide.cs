using TokenThrift.Models;

namespace TokenThrift.Routing;

/// <summary>One of two models between which a conversation might move, as the arithmetic sees it. Costs are in pico-dollars.</summary>
/// <param name="Prices">Its prices at this size of prompt; input and output are known.</param>
/// <param name="PromptTokens">The length of the prompt by its tokenizer.</param>
/// <param name="CachedTokens">The part of it that its vendor's prompt cache holds now.</param>
/// <param name="OutputTokens">The output that is expected of it.</param>
internal readonly record struct SwitchSide(ModelPrices Prices, long PromptTokens, long CachedTokens, long OutputTokens)
{
    /// <summary>Makes a side of a leg's quote; <see langword="null"/> when a price is not known.</summary>
    public static SwitchSide? Of(PlannedLeg leg)
    {
        if (leg.Candidate.Quote is not { } quote)
        {
            return null;
        }

        ModelPrices prices = leg.Leg.Model.Prices.ForInput(quote.InputTokens);
        return prices.IsKnown ? new SwitchSide(prices, quote.InputTokens, quote.CachedInputTokens, quote.OutputTokens) : null;
    }

    /// <summary>Says what the next step costs, with what the prompt cache holds now.</summary>
    public double FirstStep(bool usesCache) => Cost(usesCache, CachedTokens, PromptTokens - CachedTokens);

    /// <summary>Says what a step costs once the whole prompt is in the cache.</summary>
    public double WarmStep(bool usesCache, double growth) => Cost(usesCache, PromptTokens, growth);

    private double Cost(bool usesCache, double read, double written)
    {
        double input = Prices.Input!.Value;
        double readPrice = usesCache ? Prices.CachedInput ?? input : input;
        double writePrice = usesCache ? Prices.CacheWrite ?? input : input;
        return (readPrice * read) + (writePrice * written) + ((double)Prices.Output!.Value * OutputTokens);
    }
}
