using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using OpenAI.Chat;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;

namespace TokenThrift.SemanticKernel;

/// <summary>Finds the usage that a chat completion service leaves in its metadata, where the adapter to a chat client does not look.</summary>
/// <remarks>Services of other vendors leave objects of their own; their usage stays unknown and is estimated, and flagged so, by the meter.</remarks>
internal sealed class KernelUsageChatClient(IChatClient innerClient) : DelegatingChatClient(innerClient)
{
    private const string Key = "Usage";

    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ChatResponse response = await base.GetResponseAsync(messages, options, cancellationToken).ConfigureAwait(false);
        response.Usage ??= Find(response.AdditionalProperties) ?? response.Messages.Select(message => Find(message.AdditionalProperties)).FirstOrDefault(usage => usage is not null);
        return response;
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (ChatResponseUpdate update in base.GetStreamingResponseAsync(messages, options, cancellationToken).ConfigureAwait(false))
        {
            if (Find(update.AdditionalProperties) is { } usage && !update.Contents.OfType<UsageContent>().Any())
            {
                update.Contents.Add(new UsageContent(usage));
            }

            yield return update;
        }
    }

    private static UsageDetails? Find(AdditionalPropertiesDictionary? properties) =>
        properties is not null && properties.TryGetValue(Key, out object? value) && value is ChatTokenUsage usage
            ? new UsageDetails
            {
                InputTokenCount = usage.InputTokenCount,
                OutputTokenCount = usage.OutputTokenCount,
                TotalTokenCount = usage.TotalTokenCount,
                CachedInputTokenCount = usage.InputTokenDetails?.CachedTokenCount,
                ReasoningTokenCount = usage.OutputTokenDetails?.ReasoningTokenCount,
            }
            : null;
}
