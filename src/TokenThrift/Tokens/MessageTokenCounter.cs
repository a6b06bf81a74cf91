using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Extensions.AI;
using TokenThrift.Requests;

namespace TokenThrift.Tokens;

/// <summary>Counts as a family of models bills, from measures that all families share.</summary>
internal sealed class MessageTokenCounter(TokenProfile profile, CountMemo<MessageMeasure> memo, TextMemo texts) : ITokenCounter
{
    private const long RequestMarks = 64;
    private const long ToolInstructions = 1_024;

    public string Name => profile.Name;

    public bool IsExact => profile.Margin == 0;

    public double Margin => profile.Margin;

    public int CountText(ReadOnlySpan<char> text)
    {
        TextMeasure measure = texts.Of(text);
        return IsExact ? measure.Tokens : profile.Tokens(measure.Shape);
    }

    public int CountMessage(ChatMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return Tokens(Measure(message));
    }

    public int CountOptions(ChatOptions? options)
    {
        if (options is null)
        {
            return 0;
        }

        int tokens = options.Instructions is { Length: > 0 } instructions ? Tokens(Measure(new ChatMessage(ChatRole.System, instructions))) : 0;
        bool first = true;
        foreach (AITool tool in options.Tools ?? [])
        {
            tokens = checked(tokens + Tokens(Measure(tool)) + (first ? profile.ToolPreamble : 0));
            first = false;
        }

        return options.ResponseFormat is ChatResponseFormatJson format ? checked(tokens + Tokens(Measure(format)) + profile.PerTool) : tokens;
    }

    public int Count(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        ArgumentNullException.ThrowIfNull(messages);
        int tokens = profile.PerRequest;
        foreach (ChatMessage message in messages)
        {
            tokens = checked(tokens + CountMessage(message));
        }

        return checked(tokens + CountOptions(options));
    }

    public long? UpperBound(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        ArgumentNullException.ThrowIfNull(messages);

        // A conversation that the provider holds is out of sight.
        bool unbounded = options?.ConversationId is not null || options?.ContinuationToken is not null;
        long bound = RequestMarks;
        void Add(MessageMeasure measure)
        {
            unbounded |= measure.IsUnbounded;
            bound += measure.Bound.Tokens(profile.Expansion);
        }

        foreach (ChatMessage message in messages)
        {
            Add(Measure(message));
        }

        if (options?.Instructions is { Length: > 0 } instructions)
        {
            Add(Measure(new ChatMessage(ChatRole.System, instructions)));
        }

        if (options?.Tools is { Count: > 0 } tools)
        {
            bound += ToolInstructions;
            foreach (AITool tool in tools)
            {
                Add(Measure(tool));
            }
        }

        if (options?.ResponseFormat is ChatResponseFormatJson format)
        {
            Add(Measure(format));
        }

        return unbounded ? null : bound;
    }

    private MessageMeasure Measure(ChatMessage message)
    {
        UInt128 key = MessageHash.Of(message);
        if (HasValueForResult(message))
        {
            // It says the same as text would, and has the same hash, but is longer on the wire.
            key = MessageHash.Chain(key, 4u);
        }

        if (!memo.TryGet(key, out MessageMeasure measure))
        {
            measure = MessageMeasurer.Of(message, texts);
            memo.Add(key, measure);
        }

        return measure;
    }

    private static bool HasValueForResult(ChatMessage message)
    {
        for (int i = 0; i < message.Contents.Count; i++)
        {
            if (message.Contents[i] is FunctionResultContent { Result: not string })
            {
                return true;
            }
        }

        return false;
    }

    private MessageMeasure Measure(AITool tool)
    {
        UInt128 key = MessageHash.Chain(MessageHash.Of(tool.Name), MessageHash.Of(tool.Description));
        if (tool is AIFunctionDeclaration { JsonSchema: { ValueKind: not JsonValueKind.Undefined } schema })
        {
            key = MessageHash.Chain(key, XxHash128.HashToUInt128(JsonMarshal.GetRawUtf8Value(schema)));
        }

        key = MessageHash.Chain(key, profile.TypeScriptTools ? 1u : 2u);
        if (!memo.TryGet(key, out MessageMeasure measure))
        {
            measure = MessageMeasurer.OfTool(tool, profile.TypeScriptTools, texts);
            memo.Add(key, measure);
        }

        return measure;
    }

    private MessageMeasure Measure(ChatResponseFormatJson format)
    {
        UInt128 key = MessageHash.Chain(MessageHash.Of(format.SchemaName), MessageHash.Of(format.SchemaDescription));
        key = MessageHash.Chain(key, format.Schema is { ValueKind: not JsonValueKind.Undefined } schema ? XxHash128.HashToUInt128(JsonMarshal.GetRawUtf8Value(schema)) : 3u);
        if (!memo.TryGet(key, out MessageMeasure measure))
        {
            measure = MessageMeasurer.OfFormat(format, texts);
            memo.Add(key, measure);
        }

        return measure;
    }

    private int Tokens(MessageMeasure measure) => checked(
        (IsExact ? measure.Tokens : profile.Tokens(measure.Shape))
        + (measure.WireMessages * profile.PerMessage)
        + (measure.Calls * profile.PerCall)
        + (measure.Tools * profile.PerTool)
        + (measure.Images * profile.PerImage)
        + (int)(measure.Pixels / profile.PixelsPerToken)
        + measure.MediaTokens);
}
