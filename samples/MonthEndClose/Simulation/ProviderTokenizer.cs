using System.Collections.Concurrent;
using Microsoft.Extensions.AI;
using Microsoft.ML.Tokenizers;

namespace TokenThrift.Samples.MonthEndClose.Simulation;

/// <summary>The provider's own count of tokens (o200k), apart from the product's, so that neither can hide the other's mistakes.</summary>
internal sealed class ProviderTokenizer
{
    private const int TokensPerMessage = 4;
    private readonly TiktokenTokenizer _tokenizer = TiktokenTokenizer.CreateForEncoding("o200k_base");
    private readonly ConcurrentDictionary<string, int> _counts = new(StringComparer.Ordinal);

    public static ProviderTokenizer Shared { get; } = new();

    public int Count(string text) => _counts.GetOrAdd(text, static (text, tokenizer) => tokenizer.CountTokens(text), _tokenizer);

    public int CountSegment(string segment) => Count(segment) + TokensPerMessage;

    /// <summary>Returns the longest opening of a text that has at most so many tokens.</summary>
    public string Cut(string text, int tokens)
    {
        int length = _tokenizer.GetIndexByTokenCount(text, tokens, out _, out _);
        return text[..length];
    }

    /// <summary>Writes a request as the provider reads it: the tools first, then message by message.</summary>
    public static IReadOnlyList<string> Segments(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        var segments = new List<string>();
        if (options?.Tools is { Count: > 0 } tools)
        {
            segments.Add(string.Join('\n', tools.OfType<AIFunctionDeclaration>().Select(x => $"{x.Name}: {x.Description} {x.JsonSchema.GetRawText()}")));
        }

        if (options?.Instructions is { Length: > 0 } instructions)
        {
            segments.Add($"system: {instructions}");
        }

        segments.AddRange(messages.Select(message => $"{message.Role.Value}: {string.Join('\n', message.Contents.Select(TextOf))}"));
        return segments;
    }

    public static string TextOf(AIContent content) => content switch
    {
        TextContent text => text.Text,
        FunctionCallContent call => $"{call.CallId} {call.Name} {ToolRequest.Canonical(call.Arguments)}",
        FunctionResultContent result => $"{result.CallId} {Transcript.TextOf(result.Result)}",
        _ => string.Empty,
    };
}
