namespace TokenThrift.Receipts;

/// <summary>The ratio of billed to counted input tokens, as integers, so that an unchanged prompt scales to exactly what was billed.</summary>
/// <param name="Billed">What the provider reported.</param>
/// <param name="Counted">What was counted for the same prompt.</param>
internal readonly record struct InputScale(long Billed, long Counted)
{
    public static InputScale One => new(1, 1);

    public static InputScale Of(long billed, long counted) => billed > 0 && counted > 0 ? new InputScale(billed, counted) : One;

    public static InputScale Of(double ratio) => new((long)Math.Round(Math.Clamp(ratio, 0.1, 10) * 1_000_000), 1_000_000);

    public long Apply(long tokens) => (long)((Int128)tokens * Billed / Counted);
}
