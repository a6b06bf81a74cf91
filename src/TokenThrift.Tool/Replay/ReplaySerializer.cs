using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Extensions.AI;
using Microsoft.ML.Tokenizers;
using TokenThrift.Requests;

namespace TokenThrift.Replay;

/// <summary>Turns a request into o200k tokens: tools, then messages; each as role, text, call id, name and raw arguments, newline-joined.</summary>
/// <remarks>
/// Each piece ends with a newline and the next begins with a letter, and no pre-token of o200k spans that, so tokens
/// piece by piece are the tokens of the whole. Pieces are remembered by message object and by text, so a growing
/// conversation costs only its new part. Messages must not be changed after they were counted.
/// </remarks>
internal sealed class ReplaySerializer
{
    private readonly TiktokenTokenizer _tokenizer = TiktokenTokenizer.CreateForEncoding("o200k_base");
    private readonly ConditionalWeakTable<ChatMessage, ReplayPiece> _byMessage = [];
    private readonly Dictionary<string, ReplayPiece> _byText = new(StringComparer.Ordinal);

    /// <summary>The pieces of a request, in order. Pieces of equal text are the same object.</summary>
    public IReadOnlyList<ReplayPiece> Pieces(IEnumerable<ChatMessage> messages, ChatOptions? options = null)
    {
        var pieces = new List<ReplayPiece>();
        foreach (AITool tool in options?.Tools ?? [])
        {
            string schema = tool is AIFunctionDeclaration function ? function.JsonSchema.GetRawText() : string.Empty;
            pieces.Add(Piece($"tool\n{tool.Description}\n{tool.Name}\n{schema}\n"));
        }

        if (options?.Instructions is { Length: > 0 } instructions)
        {
            pieces.Add(Piece($"system\n{instructions}\n"));
        }

        foreach (ChatMessage message in messages)
        {
            pieces.Add(_byMessage.GetValue(message, m => Piece(Text(m))));
        }

        return pieces;
    }

    /// <summary>The text of one message as it is billed.</summary>
    public static string Text(ChatMessage message)
    {
        var text = new StringBuilder(message.Role.Value).Append('\n');
        foreach (AIContent content in message.Contents)
        {
            _ = content switch
            {
                TextContent t => text.Append(t.Text).Append('\n'),
                TextReasoningContent r => text.Append(r.Text).Append('\n'),
                FunctionCallContent c => text.Append(c.CallId).Append('\n').Append(c.Name).Append('\n').Append(TranscriptParser.ArgumentText(c)).Append('\n'),
                FunctionResultContent r => text.Append(ContentText.OfResult(r.Result)).Append('\n').Append(r.CallId).Append('\n'),
                _ => text,
            };
        }

        return text.ToString();
    }

    /// <summary>Counts one message as it is billed.</summary>
    public int CountMessage(ChatMessage message) => _byMessage.GetValue(message, m => Piece(Text(m))).Tokens.Length;

    /// <summary>Counts text.</summary>
    public int Count(string text) => Piece(text).Tokens.Length;

    private ReplayPiece Piece(string text)
    {
        if (!_byText.TryGetValue(text, out ReplayPiece? piece))
        {
            _byText[text] = piece = new ReplayPiece(text, [.. _tokenizer.EncodeToIds(text)]);
        }

        return piece;
    }
}
