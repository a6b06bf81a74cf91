using System.Collections.Concurrent;

namespace TokenThrift.Requests;

/// <summary>One task of an agent, with the task that it is a part of.</summary>
/// <remarks>Rooms hang their own state on it (a budget, a running summary). Safe for concurrent use.</remarks>
public sealed class TaskNode
{
    private static readonly ConcurrentDictionary<string, WeakReference<TaskNode>> Open = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Type, object> _features = new();

    internal TaskNode(string name, TaskNode? parent, RequestIdentity? identity)
    {
        Id = $"{name}-{Guid.NewGuid():N}";
        Name = name;
        Parent = parent;
        Identity = (identity ?? RequestIdentity.Anonymous).OrElse(parent?.Identity) with { Task = Id };
        Open[Id] = new WeakReference<TaskNode>(this);
    }

    /// <summary>Gets the id, unique in the process and usable as <see cref="RequestSettings.Task"/>.</summary>
    public string Id { get; }

    /// <summary>Gets the name that the application gave.</summary>
    public string Name { get; }

    /// <summary>Gets the task that this one is a part of, or <see langword="null"/>.</summary>
    public TaskNode? Parent { get; }

    /// <summary>Gets who the task is for.</summary>
    public RequestIdentity Identity { get; }

    /// <summary>Gets a value indicating whether the task has ended.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>Gets this task and those that it is a part of, innermost first.</summary>
    /// <returns>The chain.</returns>
    public IEnumerable<TaskNode> Chain()
    {
        for (TaskNode? node = this; node is not null; node = node.Parent)
        {
            yield return node;
        }
    }

    /// <summary>Gets a feature, or makes it.</summary>
    /// <typeparam name="T">The type of the feature.</typeparam>
    /// <param name="make">Makes the feature; may run more than once under a race, and one result is kept.</param>
    /// <returns>The feature.</returns>
    public T GetOrAdd<T>(Func<T> make)
        where T : class => (T)_features.GetOrAdd(typeof(T), static (_, m) => m(), make);

    /// <summary>Gets a feature.</summary>
    /// <typeparam name="T">The type of the feature.</typeparam>
    /// <returns>The feature, or <see langword="null"/>.</returns>
    public T? Get<T>()
        where T : class => _features.TryGetValue(typeof(T), out object? feature) ? (T)feature : null;

    internal void Set<T>(T feature)
        where T : class => _features[typeof(T)] = feature;

    internal static TaskNode? Find(string id) => Open.TryGetValue(id, out WeakReference<TaskNode>? node) && node.TryGetTarget(out TaskNode? task) ? task : null;

    internal void End()
    {
        IsEnded = true;
        Open.TryRemove(Id, out _);
    }
}
