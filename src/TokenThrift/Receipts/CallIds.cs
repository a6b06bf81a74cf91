using Microsoft.Extensions.AI;
using TokenThrift.Requests;

namespace TokenThrift.Receipts;

/// <summary>Tells what a prompt would be if its tool calls had kept their ids. A vendor is shown ids of its own form for calls that another's model made.</summary>
/// <remarks>
/// In the world of one reference model no call changes hands, so there a change of ids must not look like a prompt that the
/// provider's cache has not seen.
/// </remarks>
internal static class CallIds
{
    /// <summary>Returns the shape of a prompt under the ids of the one that it was made from.</summary>
    /// <param name="shape">The prompt's own shape.</param>
    /// <param name="sent">The prompt.</param>
    /// <param name="original">What it was made from.</param>
    public static PromptShape Restore(PromptShape shape, SentPrompt sent, SentPrompt original)
    {
        if (Changed(sent.Messages, original.Messages) is not { } ids)
        {
            return shape;
        }

        var keys = new UInt128[shape.Keys.Count];
        keys[0] = shape.Keys[0];
        for (int i = 0; i < sent.Messages.Count; i++)
        {
            keys[i + 1] = MessageHash.Chain(keys[i], MessageHash.Of(With(sent.Messages[i], ids)));
        }

        return new PromptShape(keys, shape.Tokens);
    }

    // The calls stand in the same order; between them may be some of ours, and some of the application's may be gone.
    private static Dictionary<string, string>? Changed(IReadOnlyList<ChatMessage> sent, IReadOnlyList<ChatMessage> original)
    {
        Dictionary<string, string>? changed = null;
        using IEnumerator<FunctionCallContent> before = Calls(original).GetEnumerator();
        bool isMore = before.MoveNext();
        foreach (FunctionCallContent call in Calls(sent))
        {
            if (isMore && before.Current.Name == call.Name)
            {
                if (before.Current.CallId != call.CallId)
                {
                    (changed ??= new(StringComparer.Ordinal))[call.CallId] = before.Current.CallId;
                }

                isMore = before.MoveNext();
            }
        }

        return changed;
    }

    private static IEnumerable<FunctionCallContent> Calls(IReadOnlyList<ChatMessage> messages) =>
        messages.Where(message => message.Role == ChatRole.Assistant).SelectMany(message => message.Contents.OfType<FunctionCallContent>());

    private static ChatMessage With(ChatMessage message, Dictionary<string, string> ids)
    {
        if (!message.Contents.Any(content => (content as FunctionCallContent)?.CallId is { } id && ids.ContainsKey(id)
            || (content as FunctionResultContent)?.CallId is { } answered && ids.ContainsKey(answered)))
        {
            return message;
        }

        return new ChatMessage(message.Role, [.. message.Contents.Select(content => content switch
        {
            FunctionCallContent call when ids.TryGetValue(call.CallId, out string? id) => new FunctionCallContent(id, call.Name, call.Arguments),
            FunctionResultContent result when ids.TryGetValue(result.CallId, out string? id) => new FunctionResultContent(id, result.Result),
            _ => content,
        })])
        {
            AuthorName = message.AuthorName,
        };
    }
}
