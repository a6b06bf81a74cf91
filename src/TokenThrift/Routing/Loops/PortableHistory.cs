using System.IO.Hashing;
using System.Runtime.InteropServices;
using Microsoft.Extensions.AI;

namespace TokenThrift.Routing;

/// <summary>
/// Rewrites a history so that a model can read what others wrote: without their reasoning and signatures, raw
/// representations, citations and cache marks, with ids of tool calls that every vendor takes.
/// </summary>
/// <remarks>
/// What the model wrote itself is left as it is, signatures and all. The rewriting depends only on a message and on what
/// stands before it, so a growing history keeps its prefix and with it the provider's prompt cache.
/// </remarks>
internal static class PortableHistory
{
    // Mistral takes nine letters or digits and nothing else; everybody else takes those too.
    private const int IdLength = 9;

    /// <summary>Makes a history portable for one model.</summary>
    /// <param name="messages">The history; never changed.</param>
    /// <param name="isOwn">Says whether the model wrote a message itself.</param>
    /// <param name="keepsMarks">Whether marks that the application set on its own messages are meant for this model's vendor.</param>
    /// <returns>The same list where nothing needs to change, else a copy.</returns>
    public static IReadOnlyList<ChatMessage> For(IReadOnlyList<ChatMessage> messages, Func<ChatMessage, bool> isOwn, bool keepsMarks)
    {
        List<ChatMessage>? copy = null;
        Dictionary<string, string>? ids = null;
        for (int i = 0; i < messages.Count; i++)
        {
            ChatMessage message = messages[i];
            ChatMessage? changed = message.Role == ChatRole.Assistant
                    ? (isOwn(message) ? Keep(message, ref ids) : Rewrite(message, ref ids))
                : message.Role == ChatRole.Tool || message.Contents.Any(c => c is FunctionResultContent) ? Rewrite(message, ref ids)
                : keepsMarks ? message : Unmark(message);
            if (changed != message && copy is null)
            {
                copy = new List<ChatMessage>(messages.Count);
                for (int j = 0; j < i; j++)
                {
                    copy.Add(messages[j]);
                }
            }

            if (copy is not null && changed is not null)
            {
                copy.Add(changed);
            }
        }

        return copy ?? messages;
    }

    // The model's own calls keep their ids; so do the results that answer them.
    private static ChatMessage Keep(ChatMessage message, ref Dictionary<string, string>? ids)
    {
        foreach (AIContent content in message.Contents)
        {
            if (content is FunctionCallContent call)
            {
                (ids ??= new(StringComparer.Ordinal))[call.CallId] = call.CallId;
            }
        }

        return message;
    }

    private static ChatMessage? Rewrite(ChatMessage message, ref Dictionary<string, string>? ids)
    {
        bool isAssistant = message.Role == ChatRole.Assistant;
        bool changes = message.RawRepresentation is not null || message.AdditionalProperties is { Count: > 0 };
        var contents = new List<AIContent>(message.Contents.Count);
        foreach (AIContent content in message.Contents)
        {
            AIContent? neutral = content switch
            {
                FunctionCallContent call => Neutral(call, Renamed(call.CallId, isAssistant, ref ids)),
                FunctionResultContent result => Neutral(result, Renamed(result.CallId, isCall: false, ref ids)),
                _ => Neutral(content),
            };
            changes |= !ReferenceEquals(neutral, content);
            if (neutral is not null)
            {
                contents.Add(neutral);
            }
        }

        return !changes ? message
            : contents.Count == 0 ? null
            : new ChatMessage(message.Role, contents) { AuthorName = message.AuthorName, CreatedAt = message.CreatedAt };
    }

    /// <summary>Returns the content without what only its vendor can read; <see langword="null"/> where nothing is left.</summary>
    private static AIContent? Neutral(AIContent content) => content switch
    {
        TextReasoningContent => null,
        TextContent text => IsBare(text) ? text : new TextContent(text.Text),
        DataContent data => IsBare(data) ? data : new DataContent(data.Data, data.MediaType) { Name = data.Name },
        UriContent uri => IsBare(uri) ? uri : new UriContent(uri.Uri, uri.MediaType),

        // Calls of tools that ran at the vendor, its errors, its counts of tokens: the text around them says what came of it.
        _ => null,
    };

    private static FunctionCallContent Neutral(FunctionCallContent call, string id) => id == call.CallId && IsBare(call)
        ? call
        : new FunctionCallContent(id, call.Name, call.Arguments) { Exception = call.Exception, InformationalOnly = call.InformationalOnly };

    private static FunctionResultContent Neutral(FunctionResultContent result, string id) => id == result.CallId && IsBare(result)
        ? result
        : new FunctionResultContent(id, result.Result) { Exception = result.Exception };

    private static bool IsBare(AIContent content) =>
        content.RawRepresentation is null && content.AdditionalProperties is not { Count: > 0 } && content.Annotations is not { Count: > 0 };

    // Some vendors number the calls of each turn from zero, so an id stands for the last call that bore it.
    private static string Renamed(string id, bool isCall, ref Dictionary<string, string>? ids)
    {
        ids ??= new(StringComparer.Ordinal);
        if (!isCall && ids.TryGetValue(id, out string? known))
        {
            return known;
        }

        string renamed = IsPortable(id) ? id : Short(id);
        ids[id] = renamed;
        return renamed;
    }

    private static bool IsPortable(string id) => id.Length == IdLength && id.All(char.IsAsciiLetterOrDigit);

    // The same id in every process, or a restart would strand the prompt cache. 62^9 ids: among a thousand calls of one history two are alike with a chance of about one in thirty billion.
    private static string Short(string id)
    {
        const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        return string.Create(IdLength, XxHash128.HashToUInt128(MemoryMarshal.AsBytes(id.AsSpan())), static (text, hash) =>
        {
            for (int i = 0; i < text.Length; i++)
            {
                text[i] = Digits[(int)(hash % 62)];
                hash /= 62;
            }
        });
    }

    // What the application marked for its own vendor's prompt cache means nothing, or an error, elsewhere.
    private static ChatMessage Unmark(ChatMessage message)
    {
        bool isBare = message.RawRepresentation is null && message.AdditionalProperties is not { Count: > 0 } && message.Contents.All(IsBareInput);
        return isBare ? message : new ChatMessage(message.Role, [.. message.Contents.Select(Unmarked)])
        {
            AuthorName = message.AuthorName,
            CreatedAt = message.CreatedAt,
        };
    }

    private static bool IsBareInput(AIContent content) =>
        content is not (TextContent or DataContent or UriContent) || (content.RawRepresentation is null && content.AdditionalProperties is not { Count: > 0 });

    // Contents of other kinds cannot be told from their marks; they stay whole.
    private static AIContent Unmarked(AIContent content) => content is TextContent or DataContent or UriContent ? Neutral(content)! : content;
}
