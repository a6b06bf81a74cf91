using Microsoft.Extensions.AI;
using TokenThrift.Compression.Passes;
using TokenThrift.Requests;
using TokenThrift.Tokens;

namespace TokenThrift.Compression.Sessions;

/// <summary>The pure functions that a <see cref="Conversation"/> is folded with.</summary>
internal sealed class SessionRewriter(ITokenCounter counter, Func<string, FunctionCallContent?, PassPipeline.Rewrite> ingest)
{
    public ITokenCounter Counter { get; } = counter;

    public int KeepGroups { get; init; } = int.Parse(System.Environment.GetEnvironmentVariable("TT_KeepGroups") ?? "3", System.Globalization.CultureInfo.InvariantCulture);

    public int SmallestRemoval { get; init; } = int.Parse(System.Environment.GetEnvironmentVariable("TT_SmallestRemoval") ?? "120", System.Globalization.CultureInfo.InvariantCulture);

    public int OutlinePerThousand { get; init; } = int.Parse(System.Environment.GetEnvironmentVariable("TT_OutlinePerThousand") ?? "100", System.Globalization.CultureInfo.InvariantCulture);

    public int RegretPerThousand { get; init; } = int.Parse(System.Environment.GetEnvironmentVariable("TT_RegretPerThousand") ?? "10", System.Globalization.CultureInfo.InvariantCulture);

    public int RetrievalPerThousand { get; init; } = int.Parse(System.Environment.GetEnvironmentVariable("TT_RetrievalPerThousand") ?? "10", System.Globalization.CultureInfo.InvariantCulture);

    public static ChatMessage Render(ChatMessage message, IReadOnlyList<ResultItem> items, int from, Func<ResultItem, string?> textOf)
    {
        List<AIContent>? contents = null;
        for (int i = from; i < items.Count; i++)
        {
            if (textOf(items[i]) is { } text)
            {
                contents ??= [.. message.Contents];
                contents[items[i].Content] = ToolResultText.With((FunctionResultContent)contents[items[i].Content], text);
            }
        }

        return contents is null ? message : ToolResultText.With(message, contents);
    }

    public Digest DigestOf(ResultItem item) => DigestBuilder.Build(item, Counter, OutlinePerThousand);

    public ResultItem Read(string text, string callId, FunctionCallContent? call, int message, int content, int group)
    {
        PassPipeline.Rewrite rewrite = ingest(text, call);
        return new ResultItem
        {
            Message = message,
            Content = content,
            Group = group,
            CallId = callId,
            ToolName = call?.Name,
            Arguments = call is null ? null : ContentText.OfArguments(call.Arguments),
            Original = text,
            OriginalTokens = rewrite.OriginalTokens,
            Ingested = rewrite,
        };
    }
}
