using Microsoft.Extensions.AI;

namespace TokenThrift.Requests;

/// <summary>What all decorators of this package share: request settings are passed on among them and end at the last.</summary>
/// <remarks>Safe for concurrent use if the inner client is.</remarks>
public abstract class ThriftChatClient : DelegatingChatClient
{
    private readonly bool _isLast;

    /// <summary>Initializes a new instance of the <see cref="ThriftChatClient"/> class.</summary>
    /// <param name="innerClient">The client below.</param>
    protected ThriftChatClient(IChatClient innerClient)
        : base(innerClient) =>
        _isLast = innerClient.GetService(typeof(ThriftChatClient)) is null;

    /// <summary>Returns the options that the inner client should see.</summary>
    /// <param name="options">The options as this decorator has them.</param>
    /// <returns>The same, without our settings where the inner client is not of ours.</returns>
    protected ChatOptions? ForInner(ChatOptions? options) => _isLast ? RequestSettings.Strip(options) : options;
}
