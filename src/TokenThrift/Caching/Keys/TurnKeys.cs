using Microsoft.Extensions.AI;

namespace TokenThrift.Caching.Keys;

/// <summary>Names the turn before the last question while a request is written into a key.</summary>
/// <remarks>
/// A turn is a request and the text of its answer. A request that was served another's answer stands for that other one from then on,
/// so that two conversations whose questions differ in wording only go on together. Where the answer is more than plain text, or is
/// not the last thing before the question, the turn is the whole history, and nothing stands for it but its equal.
/// </remarks>
internal sealed class TurnKeys(KeyWriter writer, byte[] secret, IReadOnlyList<ChatMessage> messages)
{
    private const string Prefix = "ttt2:";
    private readonly int _firstTurn = FirstTurn(messages);
    private readonly int _answer = IsPlainAnswer(messages[^2]) ? messages.Count - 2 : -1;

    /// <summary>Gets the key of all that stands before the first turn: options, identity, system messages.</summary>
    public CacheKey? Setting { get; private set; }

    /// <summary>Gets the name of the turn before the last message.</summary>
    public string? Turn { get; private set; }

    /// <summary>Names a request and its answer.</summary>
    public static string Of(byte[] secret, string exactKey, string answer)
    {
        using var writer = new KeyWriter();
        writer.Text(exactKey);
        writer.Text(answer);
        return Prefix + writer.Hash(secret);
    }

    /// <summary>Comes before each message is written.</summary>
    /// <param name="next">The place of the message.</param>
    public void Meet(int next)
    {
        if (next == _firstTurn)
        {
            Setting = writer.Hash(secret);
        }

        if (next == _answer)
        {
            Turn = Of(secret, CachePlanner.ExactPrefix + writer.Hash(secret), messages[next].Text);
        }
        else if (next == messages.Count - 1)
        {
            Turn ??= Prefix + writer.Hash(secret);
        }
    }

    private static int FirstTurn(IReadOnlyList<ChatMessage> messages)
    {
        int first = 0;
        while (messages[first].Role == ChatRole.System)
        {
            first++;
        }

        return first;
    }

    private static bool IsPlainAnswer(ChatMessage message) =>
        message.Role == ChatRole.Assistant && message.AuthorName is null && message.Contents.Count > 0 && ContentKey.IsPlainText(message);
}
