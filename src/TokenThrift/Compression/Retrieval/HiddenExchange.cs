using Microsoft.Extensions.AI;
using TokenThrift.Requests;

namespace TokenThrift.Compression.Retrieval;

/// <summary>
/// An answer in which the model called the retrieve tool, and the results it was given. The application saw the answer
/// without those calls; in the next request both are put back, so that the model still knows what it read and the
/// provider's prompt cache holds.
/// </summary>
/// <param name="Full">The messages of the answer as the model wrote them.</param>
/// <param name="Visible">The same as the application saw them; may be empty.</param>
/// <param name="Results">The results of the retrieve calls.</param>
internal sealed record HiddenExchange(IReadOnlyList<ChatMessage> Full, IReadOnlyList<ChatMessage> Visible, ChatMessage Results)
{
    /// <summary>Gets a value indicating whether the answer also called a tool of the application, which must run before the model is asked again.</summary>
    public bool HasOtherCalls => Visible.Any(message => message.Contents.Any(content => content is FunctionCallContent));

    /// <summary>Takes the retrieve calls out of the messages of an answer.</summary>
    public static List<ChatMessage> WithoutCalls(IEnumerable<ChatMessage> messages)
    {
        var visible = new List<ChatMessage>();
        foreach (ChatMessage message in messages)
        {
            if (!message.Contents.Any(RetrieveTool.IsCall))
            {
                visible.Add(message);
            }
            else if (message.Contents.Where(content => !RetrieveTool.IsCall(content)).ToList() is { Count: > 0 } rest)
            {
                visible.Add(ToolResultText.With(message, rest));
            }
        }

        return visible;
    }

    /// <summary>Puts exchanges back where they belong among the messages that follow a call.</summary>
    /// <param name="exchanges">The exchanges of the call, in order.</param>
    /// <param name="messages">The history as the application sends it.</param>
    /// <param name="at">Where the answer of the call starts in the history.</param>
    /// <returns>By index, what to send in the place of a message.</returns>
    public static Dictionary<int, IReadOnlyList<ChatMessage>> Restore(IReadOnlyList<HiddenExchange> exchanges, IReadOnlyList<ChatMessage> messages, int at)
    {
        var slots = new Dictionary<int, IReadOnlyList<ChatMessage>>();
        var before = new List<ChatMessage>();
        foreach (HiddenExchange exchange in exchanges)
        {
            int count = exchange.Visible.Count;
            bool isThere = count > 0 && at + count <= messages.Count
                && Enumerable.Range(0, count).All(i => ContentHash(messages[at + i]) == ContentHash(exchange.Visible[i]));
            if (!isThere)
            {
                // The application left the visible part out or changed it: the calls go back on their own.
                before.AddRange(count == 0 ? exchange.Full : exchange.Full
                    .Where(message => message.Contents.Any(RetrieveTool.IsCall))
                    .Select(message => ToolResultText.With(message, [.. message.Contents.Where(RetrieveTool.IsCall)])));
                before.Add(exchange.Results);
                continue;
            }

            slots[at] = [.. before, .. exchange.Full, exchange.Results];
            before.Clear();
            for (int i = 1; i < count; i++)
            {
                slots[at + i] = [];
            }

            at += count;
        }

        if (before.Count > 0 && at < messages.Count)
        {
            slots[at] = [.. before, messages[at]];
        }

        return slots;
    }

    /// <summary>Hashes a message without the name that an agent puts on an answer once its run has ended.</summary>
    public static UInt128 ContentHash(ChatMessage message) =>
        MessageHash.Of(message.AuthorName is null || message.Role != ChatRole.Assistant ? message : new ChatMessage(message.Role, message.Contents));
}
