namespace TokenThrift.Requests;

/// <summary>The task that is ambient in the current asynchronous flow.</summary>
/// <remarks>
/// Flows into Semantic Kernel, plugins, nested agents and parallel work. It does not flow out of an <c>async</c> method
/// that opened it, nor past the first <c>yield</c> of an async iterator; there, name the task with
/// <see cref="RequestSettings.Task"/>.
/// </remarks>
public static class AmbientTask
{
    private static readonly AsyncLocal<TaskNode?> Local = new();

    /// <summary>Gets the innermost open task, or <see langword="null"/>.</summary>
    public static TaskNode? Current
    {
        get
        {
            TaskNode? node = Local.Value;
            while (node is { IsEnded: true })
            {
                node = node.Parent;
            }

            return node;
        }
    }

    /// <summary>Opens a task inside the one that is ambient.</summary>
    /// <param name="name">A name for people, such as <c>month-end-close</c>.</param>
    /// <param name="identity">Who the task is for; parts left out come from the task around it.</param>
    /// <returns>The scope; the task ends when it is disposed.</returns>
    public static AmbientTaskScope Begin(string name, RequestIdentity? identity = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        TaskNode? outer = Current;
        var node = new TaskNode(name, outer, identity);
        Local.Value = node;
        return new AmbientTaskScope(node, () =>
        {
            node.End();
            if (Local.Value == node)
            {
                Local.Value = outer;
            }
        });
    }
}
