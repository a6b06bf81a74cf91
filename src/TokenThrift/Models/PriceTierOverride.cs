namespace TokenThrift.Models;

/// <summary>Prices that hold for a whole request once its input is above a size.</summary>
public sealed class PriceTierOverride : ModelPriceOverride
{
    /// <summary>Gets or sets the size, in input tokens, above which the prices hold; at least 1.</summary>
    public long AboveInputTokens { get; set; }
}
