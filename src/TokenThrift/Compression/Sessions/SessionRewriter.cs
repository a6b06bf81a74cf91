using Microsoft.Extensions.AI;
using TokenThrift.Compression.Passes;
using TokenThrift.Compression.References;
using TokenThrift.Requests;
using TokenThrift.Tokens;

namespace TokenThrift.Compression.Sessions;

/// <summary>The pure functions that a <see cref="Conversation"/> is folded with.</summary>
internal sealed class SessionRewriter(
    ITokenCounter counter,
    Func<CompressionInput, PassPipeline.Rewrite> ingest,
    Func<CompressionInput, PassPipeline.Rewrite, PassPipeline.Rewrite?> fold)
{
    /// <summary>The name under which receipts count quotes, escapes and layout of results that are values.</summary>
    public const string WrappingPass = "text";

    private const int FrameTokens = 4;

    public ITokenCounter Counter { get; } = counter;

    /// <summary>Gets how many of the last groups of tool calls are never old: what was just read is what the next steps quote.</summary>
    public int KeepGroups { get; init; } = 8;

    /// <summary>Gets the smallest result that is replaced, in tokens; a digest takes about 15.</summary>
    public int SmallestRemoval { get; init; } = 30;

    /// <summary>Gets the share of a result that its digest must save at least: one part in so many.</summary>
    public int SmallestGain { get; init; } = 3;

    /// <summary>Gets how far an epoch may put a session into the red, in thousandths of what it has spent.</summary>
    public int RegretPerThousand { get; init; } = 200;

    /// <summary>Gets how many of a thousand replaced results are expected to be fetched back.</summary>
    public int RetrievalPerThousand { get; init; } = 50;

    /// <summary>
    /// Gets a value indicating whether rewrites are made that lose nothing: a reference in the place of lines that stand in an earlier result, the
    /// name of an argument in the place of it, and the text in the place of a value that holds it.
    /// </summary>
    public bool IsLossless { get; init; } = true;

    /// <summary>Gets the smallest result in which repeated lines are looked for, in tokens.</summary>
    public int SmallestLinked { get; init; } = 80;

    /// <summary>Gets the smallest result from which parts are taken out when it is new, in tokens.</summary>
    public int SmallestFolded { get; init; } = 600;

    /// <summary>Gets what remembers the tokens of messages by their content, or <see langword="null"/> for nothing.</summary>
    public TokenMemory? Memory { get; init; }

    /// <summary>Gets what remembers the contents of messages, or <see langword="null"/> for nothing.</summary>
    public HeardMemory? HeardBefore { get; init; }

    /// <summary>Reads a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="hash">The hash of its content.</param>
    public Heard Hear(ChatMessage message, UInt128 hash) => HeardBefore is null ? Heard.In(message) : HeardBefore.GetOrAdd(hash, message, Heard.In);

    /// <summary>Counts a message as the application sent it.</summary>
    /// <param name="message">The message.</param>
    /// <param name="hash">The hash of its content.</param>
    public int Count(ChatMessage message, UInt128 hash) =>
        Memory is null ? Count(message) : Memory.GetOrAdd(hash, Counter, (Rewriter: this, Message: message), static asked => asked.Rewriter.Count(asked.Message));

    /// <summary>Counts a message in the plain form in which it is sent: every content's text, and a few tokens for role and frame.</summary>
    public int Count(ChatMessage message)
    {
        int tokens = FrameTokens;
        foreach (AIContent content in message.Contents)
        {
            tokens += content switch
            {
                TextContent text => Counter.CountText(text.Text),
                TextReasoningContent reasoning => Counter.CountText(reasoning.Text),
                FunctionCallContent call => FrameTokens + Counter.CountText(call.CallId) + Counter.CountText(call.Name) + Counter.CountText(ContentText.OfArguments(call.Arguments)),
                FunctionResultContent result => Counter.CountText(result.CallId) + (ToolResultText.Of(result.Result) is { } text ? Counter.CountText(text) : 0),
                _ => 0,
            };
        }

        return tokens;
    }

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

    /// <summary>Finds what a result repeats of earlier ones.</summary>
    /// <param name="item">The result.</param>
    /// <param name="items">All results; the index names them by their number here.</param>
    /// <param name="index">The lines of earlier results that are still there.</param>
    public LinkedText? Link(ResultItem item, IReadOnlyList<ResultItem> items, LineIndex index) =>
        !IsLossless || item.Ingested.Tokens < SmallestLinked ? null
        : BackReferences.Link(TextLines.Of(item.Ingested.Text), item.Ingested.Tokens, index, i => items[i].Lines, i => items[i].Title, Counter);

    /// <summary>Reads a result.</summary>
    /// <param name="text">What it says.</param>
    /// <param name="wire">What the provider would be sent for it; longer where it is a value and not text.</param>
    /// <param name="callId">The id of its call.</param>
    /// <param name="call">Its call, or <see langword="null"/>.</param>
    /// <param name="query">What the user asked last.</param>
    /// <param name="message">The index of its message.</param>
    /// <param name="content">The index of the content in it.</param>
    /// <param name="group">The number of its group of calls.</param>
    /// <param name="ordinal">Its number among all results, from 1.</param>
    public ResultItem Read(string text, string wire, string callId, FunctionCallContent? call, string? query, int message, int content, int group, int ordinal)
    {
        string? path = FileContent.PathOf(call?.Arguments);
        var input = new CompressionInput(text)
        {
            ToolName = call?.Name,
            Arguments = call is null ? null : ContentText.OfArguments(call.Arguments),
            Query = query,
            IsVerbatim = path is not null,
        };
        PassPipeline.Rewrite rewrite = ingest(input);
        int wrapping = IsLossless && wire.Length > text.Length ? Counter.CountText(wire) - rewrite.OriginalTokens : 0;
        rewrite = wrapping > 0 ? rewrite with { Saved = [new(WrappingPass, wrapping), .. rewrite.Saved] } : rewrite;
        rewrite = IsLossless ? ArgumentEcho.Shorten(rewrite, call, Counter) : rewrite;
        return new ResultItem
        {
            Message = message,
            Content = content,
            Group = group,
            Ordinal = ordinal,
            CallId = callId,
            ToolName = call?.Name,
            Arguments = input.Arguments,
            Original = text,
            OriginalTokens = rewrite.OriginalTokens,
            Ingested = rewrite,
            Fold = new Lazy<PassPipeline.Rewrite?>(() => fold(input, rewrite), LazyThreadSafetyMode.PublicationOnly),
            IsLarge = rewrite.Tokens >= SmallestFolded / Folding.PressedShare,
            Path = path,
        };
    }
}
