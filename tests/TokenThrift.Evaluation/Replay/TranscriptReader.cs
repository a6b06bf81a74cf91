using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using TokenThrift.Requests;

namespace TokenThrift.Evaluation.Replay;

/// <summary>Reads recorded conversations into messages of Microsoft.Extensions.AI and remembers the raw text of tool arguments.</summary>
internal static class TranscriptReader
{
    private static readonly ConditionalWeakTable<IDictionary<string, object?>, string> RawArguments = [];

    public static IReadOnlyList<TranscriptEpisode> Read(EvaluationArguments arguments)
    {
        IReadOnlyList<JsonObject> rows = arguments.Rows();
        return [.. rows.Select((row, i) => Episode(row, i + 1))];
    }

    /// <summary>The arguments as they were recorded; for arguments that a policy has changed or copied, as a client would send them.</summary>
    public static string ArgumentText(FunctionCallContent call) => call.Arguments switch
    {
        null => string.Empty,
        { } known when RawArguments.TryGetValue(known, out string? raw) => raw,
        { } other => ContentText.OfArguments(other),
    };

    private static TranscriptEpisode Episode(JsonObject row, int line)
    {
        try
        {
            JsonArray messages = row["messages"] as JsonArray ?? throw new EvaluationException($"row {line}: no 'messages'.");
            return new TranscriptEpisode((string?)row["id"] ?? $"row-{line}", [.. messages.Select(m => Message((JsonObject)m!))]);
        }
        catch (Exception e) when (e is InvalidCastException or InvalidOperationException or JsonException or NullReferenceException)
        {
            throw new EvaluationException($"row {line}: not a conversation of the documented form ({e.Message}).");
        }
    }

    private static ChatMessage Message(JsonObject row)
    {
        string role = (string?)row["role"] ?? throw new EvaluationException("a message has no 'role'.");
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
            return JsonSerializer.Deserialize<Dictionary<string, object?>>(raw) ?? [];
        }
        catch (JsonException)
        {
            // A model may have written arguments that are not JSON; the raw text is still what was billed.
            return new Dictionary<string, object?> { ["raw"] = raw };
        }
    }
}
