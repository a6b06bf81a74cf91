namespace TokenThrift.Requests;

/// <summary>An open task; disposing it ends the task.</summary>
public sealed class AmbientTaskScope : IDisposable
{
    private Action? _end;

    internal AmbientTaskScope(TaskNode task, Action end)
    {
        Task = task;
        _end = end;
    }

    /// <summary>Gets the task.</summary>
    public TaskNode Task { get; }

    /// <summary>Ends the task. Further calls do nothing.</summary>
    public void Dispose() => Interlocked.Exchange(ref _end, null)?.Invoke();
}
