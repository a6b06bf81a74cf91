using System.Collections.Concurrent;
using Microsoft.Extensions.AI;

namespace TokenThrift.Requests;

/// <summary>What one request carries with it from the outermost decorator to the last.</summary>
/// <remarks>
/// It travels in the options rather than in an <see cref="AsyncLocal{T}"/>, so it survives lazily read streams, queues
/// and suppressed flow. The outermost decorator of ours makes it; the others find it. Safe for concurrent use.
/// </remarks>
public sealed class RequestContext
{
    private static readonly RequestSetting<RequestContext> Setting = new("request");

    // One is made for every request, and it holds a handful.
    private readonly ConcurrentDictionary<Type, object> _features = new(concurrencyLevel: 1, capacity: 7);

    private RequestContext(RequestIdentity identity, TaskNode? task, IReadOnlyList<ChatMessage> messages)
    {
        Identity = identity;
        Task = task;
        Messages = messages;
    }

    /// <summary>Gets who asks.</summary>
    public RequestIdentity Identity { get; }

    /// <summary>Gets the task that was ambient, or was named, when the request came in; else <see langword="null"/>.</summary>
    public TaskNode? Task { get; }

    /// <summary>Gets the messages as the application sent them; never changed.</summary>
    public IReadOnlyList<ChatMessage> Messages { get; }

    /// <summary>Finds the context of a request.</summary>
    /// <param name="options">The options of the request.</param>
    /// <returns>The context, or <see langword="null"/> when no decorator of ours has made one yet.</returns>
    public static RequestContext? Find(ChatOptions? options) => Setting.TryGet(options, out RequestContext context) ? context : null;

    /// <summary>Finds the context of a request, or makes it.</summary>
    /// <remarks>Call it in the non-async part of both client methods, so that the ambient task is the caller's.</remarks>
    /// <param name="messages">The messages; a sequence that is not a list is read once.</param>
    /// <param name="options">The options; on return, a clone that carries the context where it was made here.</param>
    /// <param name="selector">The application's own way to say who asks, or <see langword="null"/>.</param>
    /// <returns>The context.</returns>
    public static RequestContext GetOrCreate(
        ref IEnumerable<ChatMessage> messages,
        ref ChatOptions? options,
        Func<ChatOptions?, RequestIdentity?>? selector = null)
    {
        ArgumentNullException.ThrowIfNull(messages);
        if (Find(options) is { } found)
        {
            return found;
        }

        IReadOnlyList<ChatMessage> snapshot = [.. messages];
        messages = snapshot;
        RequestIdentity identity = RequestIdentityResolver.Resolve(snapshot, options, selector, out TaskNode? task);
        var context = new RequestContext(identity, task, snapshot);
        options = options?.Clone() ?? new ChatOptions();
        Setting.Set(options, context);
        return context;
    }

    /// <summary>Gets a feature that a room keeps with the request.</summary>
    /// <typeparam name="T">The type of the feature.</typeparam>
    /// <returns>The feature, or <see langword="null"/>.</returns>
    public T? Get<T>()
        where T : class => _features.TryGetValue(typeof(T), out object? feature) ? (T)feature : null;

    /// <summary>Gets a feature, or makes it.</summary>
    /// <typeparam name="T">The type of the feature.</typeparam>
    /// <param name="make">Makes the feature; may run more than once under a race, and one result is kept.</param>
    /// <returns>The feature.</returns>
    public T GetOrAdd<T>(Func<T> make)
        where T : class => (T)_features.GetOrAdd(typeof(T), static (_, m) => m(), make);

    /// <summary>Sets a feature.</summary>
    /// <typeparam name="T">The type of the feature.</typeparam>
    /// <param name="feature">The feature.</param>
    public void Set<T>(T feature)
        where T : class => _features[typeof(T)] = feature;
}
