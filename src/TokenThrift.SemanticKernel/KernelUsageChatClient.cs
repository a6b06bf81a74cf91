using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using TokenThrift.Receipts;

namespace TokenThrift.SemanticKernel;

/// <summary>Puts the usage that a chat completion service leaves in its metadata where a chat client has it, for all decorators above.</summary>
internal sealed class KernelUsageChatClient(IChatClient innerClient) : DelegatingChatClient(innerClient)
{
    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ChatResponse response = await base.GetResponseAsync(messages, options, cancellationToken).ConfigureAwait(false);
        response.Usage ??= Details(UsageReader.Read(response));
        return response;
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (ChatResponseUpdate update in base.GetStreamingResponseAsync(messages, options, cancellationToken).ConfigureAwait(false))
        {
            if (Details(UsageReader.Foreign(update.AdditionalProperties)) is { } usage && !update.Contents.OfType<UsageContent>().Any())
            {
                update.Contents.Add(new UsageContent(usage));
            }

            yield return update;
        }
    }

    private static UsageDetails? Details(TokenUsage? usage) => usage is { } known
        ? new UsageDetails
        {
            InputTokenCount = known.Input,
            OutputTokenCount = known.Output,
            TotalTokenCount = known.Input + known.Output,
            CachedInputTokenCount = known.CachedInput,
            ReasoningTokenCount = known.Reasoning,
            AdditionalCounts = known.CacheWrite > 0 ? new() { ["CacheWriteTokenCount"] = known.CacheWrite } : null,
        }
        : null;
}
