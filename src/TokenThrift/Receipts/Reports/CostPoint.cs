using TokenThrift.Models;

namespace TokenThrift.Receipts;

/// <summary>What the requests of a stretch of time cost.</summary>
/// <param name="At">Where the stretch begins, in UTC.</param>
/// <param name="Baseline">The estimated cost without TokenThrift.</param>
/// <param name="Spent">What was spent.</param>
/// <param name="Tokens">The input and output tokens of the calls.</param>
public sealed record CostPoint(DateTimeOffset At, NanoUsd Baseline, NanoUsd Spent, long Tokens);
