using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using TokenThrift.Models;

namespace TokenThrift.Evaluation.Overhead;

/// <summary>A provider that answers at once, with usage.</summary>
/// <param name="model">What is known of its model, or <see langword="null"/> for nothing.</param>
internal sealed class OverheadLeaf(ModelInfo? model = null) : IChatClient
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
        serviceKey is not null ? null : serviceType == typeof(ChatClientMetadata) ? Metadata : serviceType == typeof(ModelInfo) ? model : null;

    public void Dispose()
    {
    }
}
