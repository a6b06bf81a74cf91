namespace TokenThrift.Evaluation.Budgets;

/// <summary>What a simulation checked, and the first thing that was wrong with the steps that led to it.</summary>
internal sealed class SimulationReport
{
    private const int TraceLength = 25;
    private readonly Queue<string> _trace = new();

    public long Steps { get; set; }

    public long Checks { get; private set; }

    public long Violations { get; private set; }

    public string? FirstInvariant { get; private set; }

    public string? First { get; private set; }

    /// <summary>Gets the steps that led to the first violation.</summary>
    public IReadOnlyList<string> Trace { get; private set; } = [];

    public void Say(string step)
    {
        _trace.Enqueue($"{Steps}: {step}");
        if (_trace.Count > TraceLength)
        {
            _trace.Dequeue();
        }
    }

    public void Check(bool holds, string invariant, string what)
    {
        Checks++;
        if (!holds)
        {
            Violations++;
            if (First is null)
            {
                FirstInvariant = invariant;
                First = what;
                Trace = [.. _trace];
            }
        }
    }
}
