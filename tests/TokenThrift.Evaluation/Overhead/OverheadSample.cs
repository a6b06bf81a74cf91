namespace TokenThrift.Evaluation.Overhead;

/// <summary>What one client took for a call.</summary>
internal readonly record struct OverheadSample(double P50, double P99, long Allocated);
