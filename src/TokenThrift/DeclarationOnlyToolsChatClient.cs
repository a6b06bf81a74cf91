using Microsoft.Extensions.AI;

namespace TokenThrift;

/// <summary>Shows the client below only the declarations of tools, so that a function loop inside it hands the calls back instead of running them.</summary>
/// <remarks>The loop outside ours runs them; each model call then passes through our decorators.</remarks>
internal sealed class DeclarationOnlyToolsChatClient(IChatClient innerClient) : DelegatingChatClient(innerClient)
{
    public override Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        base.GetResponseAsync(messages, Declare(options), cancellationToken);

    public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        base.GetStreamingResponseAsync(messages, Declare(options), cancellationToken);

    /// <summary>Hides the loop below: it no longer runs anything, and whoever asks must not count on it.</summary>
    public override object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is null && typeof(FunctionInvokingChatClient).IsAssignableFrom(serviceType) ? null : base.GetService(serviceType, serviceKey);
    }

    private static ChatOptions? Declare(ChatOptions? options)
    {
        if (options?.Tools is not { Count: > 0 } tools || !tools.Any(tool => tool is AIFunction))
        {
            return options;
        }

        ChatOptions clone = options.Clone();
        clone.Tools = [.. tools.Select(tool => tool is AIFunction function ? function.AsDeclarationOnly() : tool)];
        return clone;
    }
}
