namespace TokenThrift.Evaluation.Overhead;

/// <summary>What one decorator adds to a call.</summary>
internal sealed record OverheadRow(string Name, double P50, double P99, long Allocated, double Ratio)
{
    public static OverheadRow Of(string name, OverheadSample sample, OverheadSample bare, OverheadSample reference) => new(
        name,
        Math.Max(0, sample.P50 - bare.P50),
        Math.Max(0, sample.P99 - bare.P50),
        Math.Max(0, sample.Allocated - bare.Allocated),
        Math.Max(0, sample.P50 - bare.P50) / Math.Max(0.1, reference.P50 - bare.P50));
}
