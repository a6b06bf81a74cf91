using System.Globalization;
using Microsoft.Extensions.AI;

namespace TokenThrift.Routing;

/// <summary>
/// Rewrites a history so that another model can read it: without foreign reasoning and signatures, without raw
/// representations and cache marks, with call ids that every vendor takes.
/// </summary>
internal static class PortableHistory
{
    private const int LongestId = 40;

    /// <summary>Makes a history portable.</summary>
    /// <returns>The same list where nothing needs to change, else a copy; the messages themselves are never changed.</returns>
    public static IReadOnlyList<ChatMessage> Of(IReadOnlyList<ChatMessage> messages)
    {
        ChatMessage[]? copy = null;
        var ids = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int i = 0; i < messages.Count; i++)
        {
            if (Rewrite(messages[i], ids) is { } changed)
            {
                (copy ??= [.. messages])[i] = changed;
            }
        }

        return copy is null ? messages : [.. copy.Where(m => m.Contents.Count > 0)];
    }

    private static ChatMessage? Rewrite(ChatMessage message, Dictionary<string, string> ids)
    {
        bool isOurs = message.Role == ChatRole.User || message.Role == ChatRole.System;
        if (isOurs || !message.Contents.Any(c => c is TextReasoningContent || NeedsId(c) || c.RawRepresentation is not null || c.AdditionalProperties is not null))
        {
            return message.RawRepresentation is null || isOurs ? null : With(message, [.. message.Contents]);
        }

        var contents = new List<AIContent>(message.Contents.Count);
        foreach (AIContent content in message.Contents)
        {
            switch (content)
            {
                case TextReasoningContent:
                    break;
                case TextContent text:
                    contents.Add(new TextContent(text.Text));
                    break;
                case FunctionCallContent call:
                    contents.Add(new FunctionCallContent(IdOf(call.CallId, ids), call.Name, call.Arguments) { Exception = call.Exception });
                    break;
                case FunctionResultContent result:
                    contents.Add(new FunctionResultContent(IdOf(result.CallId, ids), result.Result) { Exception = result.Exception });
                    break;
                default:
                    contents.Add(content);
                    break;
            }
        }

        return With(message, contents);
    }

    private static ChatMessage With(ChatMessage message, List<AIContent> contents) =>
        new(message.Role, contents) { AuthorName = message.AuthorName, CreatedAt = message.CreatedAt };

    private static bool NeedsId(AIContent content) => content switch
    {
        FunctionCallContent call => !IsPortable(call.CallId),
        FunctionResultContent result => !IsPortable(result.CallId),
        _ => false,
    };

    private static bool IsPortable(string id) =>
        id.Length is > 0 and <= LongestId && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');

    private static string IdOf(string id, Dictionary<string, string> ids)
    {
        if (IsPortable(id))
        {
            return id;
        }

        if (!ids.TryGetValue(id, out string? known))
        {
            ids[id] = known = string.Create(CultureInfo.InvariantCulture, $"call_{ids.Count + 1}");
        }

        return known;
    }
}
