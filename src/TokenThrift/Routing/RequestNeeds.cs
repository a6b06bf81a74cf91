using Microsoft.Extensions.AI;
using TokenThrift.Models;

namespace TokenThrift.Routing;

/// <summary>What a request asks of a model, read off its messages and options.</summary>
/// <param name="Capabilities">What the model must be able to do.</param>
/// <param name="OutputTokens">The output that the caller allows, in tokens, or <see langword="null"/>.</param>
internal readonly record struct RequestNeeds(ModelCapabilities Capabilities, int? OutputTokens)
{
    /// <summary>Gets a value indicating whether the request offers a tool that its vendor runs, such as a web search.</summary>
    public bool HasHostedTools { get; init; }

    public static RequestNeeds Of(IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        ModelCapabilities needs = ModelCapabilities.None;
        bool hosted = false;
        for (int i = 0; i < messages.Count; i++)
        {
            IList<AIContent> contents = messages[i].Contents;
            for (int j = 0; j < contents.Count; j++)
            {
                needs |= contents[j] switch
                {
                    TextContent => ModelCapabilities.None,
                    FunctionCallContent or FunctionResultContent => ModelCapabilities.Tools,
                    DataContent data => OfMedia(data.MediaType),
                    UriContent uri => OfMedia(uri.MediaType),
                    HostedFileContent => ModelCapabilities.Files,
                    _ => ModelCapabilities.None,
                };
            }
        }

        if (options is not null)
        {
            if (options.Tools is { Count: > 0 } && options.ToolMode is not NoneChatToolMode)
            {
                needs |= ModelCapabilities.Tools;
                hosted = options.Tools.Any(static tool => tool is not AIFunctionDeclaration);
                if (options.AllowMultipleToolCalls == true)
                {
                    needs |= ModelCapabilities.ParallelTools;
                }
            }

            if (options.ResponseFormat is ChatResponseFormatJson { Schema: not null })
            {
                needs |= ModelCapabilities.StructuredOutput;
            }

            if (options.Reasoning is { Effort: { } effort } && effort != ReasoningEffort.None)
            {
                needs |= ModelCapabilities.Reasoning;
            }
        }

        return new RequestNeeds(needs, options?.MaxOutputTokens) { HasHostedTools = hosted };
    }

    private static ModelCapabilities OfMedia(string? mediaType) =>
        mediaType is null || mediaType.StartsWith("text/", StringComparison.OrdinalIgnoreCase) ? ModelCapabilities.None
        : mediaType.StartsWith("image/", StringComparison.OrdinalIgnoreCase) ? ModelCapabilities.Vision
        : mediaType.StartsWith("audio/", StringComparison.OrdinalIgnoreCase) ? ModelCapabilities.Audio
        : ModelCapabilities.Files;
}
