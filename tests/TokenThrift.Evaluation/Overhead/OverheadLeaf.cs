using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace TokenThrift.Evaluation.Overhead;

/// <summary>A provider that answers at once, with usage.</summary>
internal sealed class OverheadLeaf : IChatClient
{
    private static readonly ChatClientMetadata Metadata = new("test", null, "overhead");

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, "The balance is due."))
        {
            FinishReason = ChatFinishReason.Stop,
            ModelId = "overhead",
            Usage = new UsageDetails { InputTokenCount = 2000, OutputTokenCount = 5, TotalTokenCount = 2005 },
        });

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (ChatResponseUpdate update in (await GetResponseAsync(messages, options, cancellationToken)).ToChatResponseUpdates())
        {
            yield return update;
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is null && serviceType == typeof(ChatClientMetadata) ? Metadata : null;

    public void Dispose()
    {
    }
}
