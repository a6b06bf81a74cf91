namespace TokenThrift.Evaluation.Overhead;

/// <summary>What one decorator adds to a call.</summary>
internal sealed record OverheadRow(string Name, double P50, double P99, long Allocated, double Ratio)
{
    public static OverheadRow Of(string name, OverheadSample sample, OverheadSample bare, OverheadSample reference) => Above(name, sample, bare, bare, reference);

    /// <summary>What a decorator adds to one that it needs below it.</summary>
    public static OverheadRow Above(string name, OverheadSample sample, OverheadSample below, OverheadSample bare, OverheadSample reference) => new(
        name,
        Math.Max(0, sample.P50 - below.P50),
        Math.Max(0, sample.P99 - below.P50),
        Math.Max(0, sample.Allocated - below.Allocated),
        Math.Max(0, sample.P50 - below.P50) / Math.Max(0.1, reference.P50 - bare.P50));
}
