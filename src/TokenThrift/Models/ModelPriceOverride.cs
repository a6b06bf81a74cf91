namespace TokenThrift.Models;

/// <summary>Prices as people read them in a price list: US dollars for a million tokens.</summary>
public class ModelPriceOverride
{
    /// <summary>Gets or sets the price of input, in USD for a million tokens, 0 to 1,000,000.</summary>
    /// <value>The default is <see langword="null"/>: as before, or unknown. 0 says that it is free.</value>
    public decimal? InputUsdPerMillion { get; set; }

    /// <summary>Gets or sets the price of output, in USD for a million tokens, 0 to 1,000,000.</summary>
    /// <value>The default is <see langword="null"/>: as before, or unknown. 0 says that it is free.</value>
    public decimal? OutputUsdPerMillion { get; set; }

    /// <summary>Gets or sets the price of input that the provider's prompt cache serves, in USD for a million tokens.</summary>
    /// <value>The default is <see langword="null"/>: as before, or the price of input.</value>
    public decimal? CachedInputUsdPerMillion { get; set; }

    /// <summary>Gets or sets the price of input that is written to the provider's prompt cache, in USD for a million tokens.</summary>
    /// <value>The default is <see langword="null"/>: as before, or the price of input.</value>
    public decimal? CacheWriteUsdPerMillion { get; set; }

    /// <summary>Gets or sets the price of reasoning, in USD for a million tokens.</summary>
    /// <value>The default is <see langword="null"/>: as before, or the price of output.</value>
    public decimal? ReasoningUsdPerMillion { get; set; }

    internal bool NamesAPrice => (InputUsdPerMillion ?? OutputUsdPerMillion ?? CachedInputUsdPerMillion ?? CacheWriteUsdPerMillion ?? ReasoningUsdPerMillion) is not null;

    internal ModelPrices Over(ModelPrices before) => before with
    {
        Input = Pico(InputUsdPerMillion) ?? before.Input,
        Output = Pico(OutputUsdPerMillion) ?? before.Output,
        CachedInput = Pico(CachedInputUsdPerMillion) ?? before.CachedInput,
        CacheWrite = Pico(CacheWriteUsdPerMillion) ?? before.CacheWrite,
        Reasoning = Pico(ReasoningUsdPerMillion) ?? before.Reasoning,
    };

    internal string? PriceError(string path)
    {
        (string Name, decimal? Value)[] prices =
        [
            (nameof(InputUsdPerMillion), InputUsdPerMillion), (nameof(OutputUsdPerMillion), OutputUsdPerMillion),
            (nameof(CachedInputUsdPerMillion), CachedInputUsdPerMillion), (nameof(CacheWriteUsdPerMillion), CacheWriteUsdPerMillion),
            (nameof(ReasoningUsdPerMillion), ReasoningUsdPerMillion),
        ];
        foreach ((string name, decimal? value) in prices)
        {
            if (value is < 0 or > 1_000_000 || (value * 1_000_000m) % 1 is not (null or 0))
            {
                return $"{path}{name} must be 0 to 1,000,000 with at most six decimals.";
            }
        }

        return null;
    }

    private static long? Pico(decimal? usdPerMillion) => usdPerMillion is { } usd ? decimal.ToInt64(usd * 1_000_000m) : null;
}
