using TokenThrift.Samples.MonthEndClose.Columns;

namespace TokenThrift.Samples.Dashboard.Agent;

/// <summary>How far the agent is. Written by the agent alone, read by everybody.</summary>
internal sealed class CloseProgress
{
    private int _closes;
    private int _passed;
    private int _tasks;

    /// <summary>Gets or sets which model did which task right in rehearsal; <see langword="null"/> until the rehearsal is over.</summary>
    public Rehearsal? Rehearsal { get; set; }

    /// <summary>Gets or sets what the agent does now.</summary>
    public string Now { get; set; } = "starting";

    /// <summary>Gets or sets what stopped the agent, or <see langword="null"/>.</summary>
    public Exception? Failure { get; set; }

    public int Closes => Volatile.Read(ref _closes);

    public int Tasks => Volatile.Read(ref _tasks);

    public int TasksPassed => Volatile.Read(ref _passed);

    public void TaskDone() => Interlocked.Increment(ref _tasks);

    public void CloseDone(int passed)
    {
        Interlocked.Add(ref _passed, passed);
        Interlocked.Increment(ref _closes);
    }
}
