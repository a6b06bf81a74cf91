using Microsoft.Extensions.AI;
using TokenThrift.Requests;

namespace TokenThrift;

/// <summary>The end of the default leg: hands a request to the registered client, which for scoped and transient ones travels with the request.</summary>
/// <remarks>
/// So the pipeline, with all that it has learned, is one for the container, whatever the lifetime of the client. It does not
/// dispose the client, which its owner does.
/// </remarks>
internal sealed class OriginalChatClient(IChatClient first) : ThriftChatClient(first)
{
    /// <summary>Gets the setting that carries the client of the request's own scope.</summary>
    public static RequestSetting<IChatClient> Setting { get; } = new("original-client");

    public override Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        Of(options).GetResponseAsync(messages, RequestSettings.Strip(options), cancellationToken);

    public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        Of(options).GetStreamingResponseAsync(messages, RequestSettings.Strip(options), cancellationToken);

    protected override void Dispose(bool disposing) => base.Dispose(disposing: false);

    private IChatClient Of(ChatOptions? options) => Setting.GetOrDefault(options, InnerClient);
}
