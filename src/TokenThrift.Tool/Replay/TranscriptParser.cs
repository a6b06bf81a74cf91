using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using TokenThrift.Requests;

namespace TokenThrift.Replay;

/// <summary>Reads recorded conversations into messages of Microsoft.Extensions.AI and remembers the raw text of tool arguments.</summary>
internal static class TranscriptParser
{
    private static readonly ConditionalWeakTable<IDictionary<string, object?>, string> RawArguments = [];

    /// <summary>Reads one conversation.</summary>
    /// <param name="row">The row: <c>id</c> and <c>messages</c>.</param>
    /// <param name="line">Its line in the file, for messages to people.</param>
    /// <exception cref="FormatException">The row is not of the documented form.</exception>
    public static TranscriptEpisode Episode(JsonObject row, int line)
    {
        try
        {
            JsonArray messages = row["messages"] as JsonArray ?? throw new FormatException("no 'messages'.");
            return new TranscriptEpisode((string?)row["id"] ?? $"row-{line}", [.. messages.Select(m => Message(m as JsonObject ?? throw new FormatException("a message is not an object.")))]);
        }
        catch (Exception e) when (e is InvalidCastException or InvalidOperationException or FormatException)
        {
            throw new FormatException($"line {line}: not a conversation of the documented form: {e.Message}", e);
        }
    }

    /// <summary>The arguments as they were recorded; for arguments that a policy has changed or copied, as a client would send them.</summary>
    public static string ArgumentText(FunctionCallContent call) => call.Arguments switch
    {
        null => string.Empty,
        { } known when RawArguments.TryGetValue(known, out string? raw) => raw,
        { } other => ContentText.OfArguments(other),
    };

    private static ChatMessage Message(JsonObject row)
    {
        string role = (string?)row["role"] ?? throw new FormatException("a message has no 'role'.");
        string text = (string?)row["content"] ?? string.Empty;
        if (role == "tool")
        {
            return new ChatMessage(ChatRole.Tool, [new FunctionResultContent((string?)row["tool_call_id"] ?? string.Empty, text)]);
        }

        var message = new ChatMessage(new ChatRole(role), []);
        if (text.Length > 0)
        {
            message.Contents.Add(new TextContent(text));
        }

        foreach (JsonNode? call in row["tool_calls"] as JsonArray ?? [])
        {
            string raw = (string?)call!["arguments"] ?? "{}";
            IDictionary<string, object?> arguments = Parse(raw);
            RawArguments.AddOrUpdate(arguments, raw);
            message.Contents.Add(new FunctionCallContent((string?)call["id"] ?? string.Empty, (string?)call["name"] ?? string.Empty, arguments));
        }

        return message;
    }

    private static Dictionary<string, object?> Parse(string raw)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(raw);
            if (json.RootElement.ValueKind == JsonValueKind.Object)
            {
                var arguments = new Dictionary<string, object?>(StringComparer.Ordinal);
                foreach (JsonProperty member in json.RootElement.EnumerateObject())
                {
                    arguments[member.Name] = member.Value.Clone();
                }

                return arguments;
            }
        }
        catch (JsonException)
        {
            // A model may have written arguments that are not JSON; the raw text is still what was billed.
        }

        return new Dictionary<string, object?> { ["raw"] = raw };
    }
}
