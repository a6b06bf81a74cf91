using TokenThrift.Samples.MonthEndClose.Simulation;

namespace TokenThrift.Samples.MonthEndClose.Columns;

/// <summary>What one task came to in one column.</summary>
internal sealed record TaskResult(string Name, decimal LimitUsd, bool Passed, string Reason, BillTotals Bill);
