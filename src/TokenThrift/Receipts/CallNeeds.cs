using Microsoft.Extensions.AI;
using TokenThrift.Models;

namespace TokenThrift.Receipts;

/// <summary>Says what a request asks of a model, so that a report can tell which other model could have served it.</summary>
internal static class CallNeeds
{
    public static ModelCapabilities Of(IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        ModelCapabilities needs = ModelCapabilities.None;
        if (options?.Tools is { Count: > 0 })
        {
            needs |= ModelCapabilities.Tools;
        }

        if (options?.ResponseFormat is ChatResponseFormatJson { Schema: not null })
        {
            needs |= ModelCapabilities.StructuredOutput;
        }

        foreach (ChatMessage message in messages)
        {
            foreach (AIContent content in message.Contents)
            {
                needs |= content switch
                {
                    FunctionCallContent or FunctionResultContent => ModelCapabilities.Tools,
                    DataContent data => OfMedia(data.MediaType),
                    UriContent uri => OfMedia(uri.MediaType),
                    _ => ModelCapabilities.None,
                };
            }
        }

        return needs;
    }

    private static ModelCapabilities OfMedia(string mediaType) =>
        mediaType.StartsWith("image/", StringComparison.OrdinalIgnoreCase) ? ModelCapabilities.Vision
        : mediaType.StartsWith("audio/", StringComparison.OrdinalIgnoreCase) ? ModelCapabilities.Audio
        : mediaType.StartsWith("text/", StringComparison.OrdinalIgnoreCase) ? ModelCapabilities.None
        : ModelCapabilities.Files;
}
