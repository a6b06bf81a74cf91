namespace TokenThrift.Models;

/// <summary>The part that one vendor or jurisdiction has in what was spent within a window of time.</summary>
/// <param name="Spent">What was spent there.</param>
/// <param name="Total">What was spent everywhere.</param>
public readonly record struct SpendShare(NanoUsd Spent, NanoUsd Total)
{
    /// <summary>Gets the share, from 0 to 1; 0 while nothing was spent.</summary>
    public double Share => Total.Value > 0 ? (double)Spent.Value / Total.Value : 0;
}
