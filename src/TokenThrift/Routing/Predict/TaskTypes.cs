using System.Globalization;
using Microsoft.Extensions.AI;
using TokenThrift.Requests;

namespace TokenThrift.Routing;

/// <summary>Says what kind of work a request is.</summary>
internal static class TaskTypes
{
    public static string Of(IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        if (RoutingSettings.TaskType.TryGet(options, out string tag) && !string.IsNullOrWhiteSpace(tag))
        {
            return tag;
        }

        // Untagged: agents of one kind share instructions, tools and answer format.
        UInt128 hash = MessageHash.Of(options?.Instructions ?? string.Empty);
        if (messages.Count > 0 && messages[0].Role == ChatRole.System)
        {
            hash = MessageHash.Chain(hash, MessageHash.Of(messages[0].Text));
        }

        foreach (AITool tool in options?.Tools ?? [])
        {
            hash = MessageHash.Chain(hash, MessageHash.Of(tool.Name));
        }

        if (options?.ResponseFormat is ChatResponseFormatJson { Schema: { } schema })
        {
            hash = MessageHash.Chain(hash, MessageHash.Of(schema.GetRawText()));
        }

        return "~" + hash.ToString("x", CultureInfo.InvariantCulture);
    }
}
