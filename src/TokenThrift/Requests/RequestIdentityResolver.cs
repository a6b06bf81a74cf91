using Microsoft.Extensions.AI;

namespace TokenThrift.Requests;

/// <summary>Finds who asks: the request's own settings, then the ambient task, then the application's selector, then the conversation id, then the chain of messages.</summary>
internal static class RequestIdentityResolver
{
    public static RequestIdentity Resolve(
        IReadOnlyList<ChatMessage> messages,
        ChatOptions? options,
        Func<ChatOptions?, RequestIdentity?>? selector,
        out TaskNode? task)
    {
        task = RequestSettings.Task.TryGet(options, out string taskId) ? TaskNode.Find(taskId) : AmbientTask.Current;
        var stated = new RequestIdentity
        {
            Tenant = RequestSettings.Tenant.GetOrDefault(options, null!),
            User = RequestSettings.User.GetOrDefault(options, null!),
            Session = RequestSettings.Session.GetOrDefault(options, null!),
            Task = taskId ?? task?.Id,
        };

        RequestIdentity known = stated
            .OrElse(task?.Identity)
            .OrElse(selector?.Invoke(options))
            .OrElse(options?.ConversationId is { Length: > 0 } id ? new RequestIdentity { Session = id } : null);
        return known.Session is null && ConversationChains.Shared.SessionOf(messages, known) is { } session
            ? known with { Session = session, IsSessionInferred = true }
            : known;
    }
}
