using TokenThrift.Samples.Dashboard.Agent;

namespace TokenThrift.Samples.Dashboard.Live;

/// <summary>What an event of the live view says; the page then asks for the report itself.</summary>
/// <param name="Receipts">How many receipts have come in.</param>
/// <param name="Now">What the agent does.</param>
/// <param name="Tasks">The tasks that it has done.</param>
internal sealed record ReportNews(long Receipts, string Now, int Tasks)
{
    public static ReportNews Of(long receipts, CloseProgress progress) => new(receipts, progress.Now, progress.Tasks);
}
