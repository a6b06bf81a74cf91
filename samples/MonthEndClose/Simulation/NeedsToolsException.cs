namespace TokenThrift.Samples.MonthEndClose.Simulation;

/// <summary>Thought cannot go on before these tools have answered.</summary>
#pragma warning disable CA1032, CA1064 // Only thrown and caught inside the simulated model.
internal sealed class NeedsToolsException(IReadOnlyList<ToolRequest> requests) : Exception
{
    public IReadOnlyList<ToolRequest> Requests => requests;
}
#pragma warning restore CA1032, CA1064
