namespace TokenThrift.Compression.Sessions;

/// <summary>The input of one call: as the application sent it and as it went on, and how much of either the prompt cache serves.</summary>
internal sealed record CallBooking(PriceRatios? Price, long Before, long PrefixBefore, long Sent, long Prefix)
{
    /// <summary>Gets what the call costs, in pico-dollars; 0 without prices.</summary>
    public Int128 Cost => CostOf(Sent, Prefix);

    /// <summary>Gets what it saves, in pico-dollars; may be negative.</summary>
    public Int128 Saved => CostOf(Before, PrefixBefore) - Cost;

    private Int128 CostOf(long tokens, long prefix) => Price is { } price ? ((Int128)price.Read * prefix) + ((Int128)price.Write * (tokens - prefix)) : 0;
}
