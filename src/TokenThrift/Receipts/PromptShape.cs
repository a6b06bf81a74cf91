using Microsoft.Extensions.AI;
using TokenThrift.Requests;
using TokenThrift.Tokens;

namespace TokenThrift.Receipts;

/// <summary>A prompt as a chain of pieces: tools first, then each message. A piece's key covers everything before it.</summary>
/// <param name="Keys">For each piece, a hash of it and of all before it.</param>
/// <param name="Tokens">For each piece, its tokens.</param>
internal sealed record PromptShape(IReadOnlyList<UInt128> Keys, IReadOnlyList<int> Tokens)
{
    /// <summary>Gets the tokens of all pieces.</summary>
    public long Total { get; } = Tokens.Sum(static t => (long)t);

    public static PromptShape Of(ITokenCounter counter, IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        var keys = new UInt128[messages.Count + 1];
        var tokens = new int[messages.Count + 1];
        keys[0] = PromptOptionsHash.Of(options);
        tokens[0] = counter.CountOptions(options);
        for (int i = 0; i < messages.Count; i++)
        {
            keys[i + 1] = MessageHash.Chain(keys[i], MessageHash.Of(messages[i]));
            tokens[i + 1] = counter.CountMessage(messages[i]);
        }

        return new PromptShape(keys, tokens);
    }
}
