using Microsoft.Extensions.AI;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;
using TokenThrift.Compression;
using TokenThrift.Requests;
using FunctionCallContent = Microsoft.SemanticKernel.FunctionCallContent;
using FunctionResultContent = Microsoft.SemanticKernel.FunctionResultContent;

namespace TokenThrift.SemanticKernel;

/// <summary>The lossless part of prompt compression as a chat history reducer, for Semantic Kernel's agents and histories.</summary>
/// <remarks>
/// The results of functions are rewritten where that makes them smaller; no message is dropped and none that was given is
/// changed. Safe for concurrent use.
/// </remarks>
public sealed class PromptCompressionHistoryReducer : IChatHistoryReducer
{
    private readonly PromptCompressionReducer _reducer;

    /// <summary>Initializes a new instance of the <see cref="PromptCompressionHistoryReducer"/> class.</summary>
    /// <param name="reducer">The reducer of Microsoft.Extensions.AI, or <see langword="null"/> for one with the defaults.</param>
    public PromptCompressionHistoryReducer(PromptCompressionReducer? reducer = null) => _reducer = reducer ?? new PromptCompressionReducer();

    /// <inheritdoc/>
    /// <returns>The history with smaller results, or <see langword="null"/> when nothing can be smaller.</returns>
    public async Task<IEnumerable<ChatMessageContent>?> ReduceAsync(IReadOnlyList<ChatMessageContent> chatHistory, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(chatHistory);
        ChatMessage[] messages = [.. chatHistory.Select(ToMessage)];
        ChatMessage[] reduced = [.. await _reducer.ReduceAsync(messages, cancellationToken).ConfigureAwait(false)];
        ChatMessageContent[]? result = null;
        for (int i = 0; i < reduced.Length && reduced.Length == messages.Length; i++)
        {
            if (!ReferenceEquals(reduced[i], messages[i]))
            {
                (result ??= [.. chatHistory])[i] = WithResults(chatHistory[i], reduced[i]);
            }
        }

        return result;
    }

    // Only what the reducer reads: texts, calls and results, each at the place of its item.
    private static ChatMessage ToMessage(ChatMessageContent message) =>
        new(new ChatRole(message.Role.Label), [.. message.Items.Select(ToContent)]);

    private static AIContent ToContent(KernelContent item) => item switch
    {
        FunctionCallContent call => new Microsoft.Extensions.AI.FunctionCallContent(
            call.Id ?? string.Empty, call.FunctionName, call.Arguments?.ToDictionary(argument => argument.Key, argument => argument.Value, StringComparer.Ordinal)),
        FunctionResultContent result => new Microsoft.Extensions.AI.FunctionResultContent(result.CallId ?? string.Empty, result.Result is null ? null : ContentText.Of(result.Result)),
        Microsoft.SemanticKernel.TextContent text => new Microsoft.Extensions.AI.TextContent(text.Text),
        _ => new AIContent(),
    };

    private static ChatMessageContent WithResults(ChatMessageContent message, ChatMessage reduced)
    {
        var items = new ChatMessageContentItemCollection();
        for (int i = 0; i < message.Items.Count; i++)
        {
            items.Add(message.Items[i] is FunctionResultContent result && reduced.Contents[i] is Microsoft.Extensions.AI.FunctionResultContent { Result: string text }
                ? new FunctionResultContent(result.FunctionName, result.PluginName, result.CallId, text) : message.Items[i]);
        }

        return new ChatMessageContent(message.Role, items, message.ModelId, metadata: message.Metadata) { AuthorName = message.AuthorName };
    }
}
