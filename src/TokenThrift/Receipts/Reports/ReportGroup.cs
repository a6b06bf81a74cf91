namespace TokenThrift.Receipts;

/// <summary>The receipts that have something in common: a task, a tenant, a day. Groups of one kind add up to the whole exactly.</summary>
/// <param name="Name">What they have in common.</param>
/// <param name="Sum">Their sum.</param>
/// <param name="Cap">The tightest cap that was in force, or <see langword="null"/>.</param>
public sealed record ReportGroup(string Name, SavingsSummary Sum, TaskCap? Cap = null);
