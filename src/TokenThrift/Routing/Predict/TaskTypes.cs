using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.AI;
using TokenThrift.Requests;

namespace TokenThrift.Routing;

/// <summary>Says what kind of work a request is; the same in every process. Safe for concurrent use.</summary>
internal static class TaskTypes
{
    // By a hash that is fast and this process's own.
    private static readonly TwoAgeMap<string> Known = new(1_000);

    public static string Of(IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        if (RoutingSettings.TaskType.TryGet(options, out string tag) && !string.IsNullOrWhiteSpace(tag))
        {
            return tag;
        }

        // Untagged: agents of one kind share instructions, tools and answer format.
        UInt128 key = 0;
        foreach (string part in PartsOf(messages, options))
        {
            key = MessageHash.Chain(key, MessageHash.Of(part));
        }

        if (Known.Find(key) is not { } name)
        {
            Known.Set(key, name = NameOf(PartsOf(messages, options)));
        }

        return name;
    }

    private static IEnumerable<string> PartsOf(IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        yield return options?.Instructions ?? string.Empty;
        yield return messages.Count > 0 && messages[0].Role == ChatRole.System ? messages[0].Text : string.Empty;
        yield return options?.ResponseFormat is ChatResponseFormatJson { Schema: { } schema } ? schema.GetRawText() : string.Empty;
        foreach (AITool tool in options?.Tools ?? [])
        {
            yield return tool.Name;
        }
    }

    private static string NameOf(IEnumerable<string> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string part in parts)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(part);
            hash.AppendData(BitConverter.GetBytes(bytes.Length));
            hash.AppendData(bytes);
        }

        return "~" + Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }
}
