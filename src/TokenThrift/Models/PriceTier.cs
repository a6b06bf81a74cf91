namespace TokenThrift.Models;

/// <summary>Prices that hold for a whole request once its input is above a size.</summary>
/// <param name="AboveInputTokens">The size, in input tokens; a request above it pays <paramref name="Prices"/> for all of its tokens.</param>
/// <param name="Prices">The prices of the tier; their own tiers are ignored.</param>
public sealed record PriceTier(long AboveInputTokens, ModelPrices Prices);
