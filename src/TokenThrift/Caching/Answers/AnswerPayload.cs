using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.AI;
using TokenThrift.Receipts;

namespace TokenThrift.Caching.Answers;

/// <summary>The stored form of an answer: one JSON object with a version. A reader knows every version that was ever written.</summary>
internal static class AnswerPayload
{
    public const int Version = 2;

    // Version 1 did not know whom the model had given an answer to.
    private const int Oldest = 1;

    private static readonly JsonTypeInfo<ChatResponse> ResponseType = (JsonTypeInfo<ChatResponse>)AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(ChatResponse));

    /// <summary>Takes what is kept of a response: contents, model, finish reason; not raw representations, extra properties or ids of the conversation.</summary>
    public static ChatResponse Distil(ChatResponse response)
    {
        var messages = new List<ChatMessage>(response.Messages.Count);
        foreach (ChatMessage message in response.Messages)
        {
            List<AIContent> contents = [.. message.Contents.Where(c => c is not UsageContent).Select(Plain)];
            if (contents.Count > 0)
            {
                messages.Add(new ChatMessage(message.Role, contents) { AuthorName = message.AuthorName, MessageId = message.MessageId });
            }
        }

        return new ChatResponse(messages) { ResponseId = response.ResponseId, ModelId = response.ModelId, FinishReason = response.FinishReason, CreatedAt = response.CreatedAt };
    }

    public static string Write(CachedAnswer answer)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("v", Version);
            json.WriteString("id", answer.EntryId);
            json.WriteString("at", answer.CreatedAt);
            if (answer.Usage is { } usage)
            {
                json.WriteStartArray("usage");
                json.WriteNumberValue(usage.Input);
                json.WriteNumberValue(usage.Output);
                json.WriteNumberValue(usage.CachedInput);
                json.WriteNumberValue(usage.CacheWrite);
                json.WriteNumberValue(usage.Reasoning);
                json.WriteEndArray();
            }

            if (answer.Askers.Count > 0)
            {
                json.WriteStartArray("by");
                foreach (string asker in answer.Askers)
                {
                    json.WriteStringValue(asker);
                }

                json.WriteEndArray();
            }

            json.WritePropertyName("response");
            JsonSerializer.Serialize(json, answer.Template, ResponseType);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Reads the stored form; null for one that is damaged or from a version that is not known.</summary>
    public static CachedAnswer? Read(string payload)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(payload);
            JsonElement root = document.RootElement;
            if (root.GetProperty("v").GetInt32() is < Oldest or > Version || root.GetProperty("response").Deserialize(ResponseType) is not { } response)
            {
                return null;
            }

            TokenUsage? usage = null;
            if (root.TryGetProperty("usage", out JsonElement counts))
            {
                usage = new TokenUsage(counts[0].GetInt64(), counts[1].GetInt64())
                {
                    CachedInput = counts[2].GetInt64(),
                    CacheWrite = counts[3].GetInt64(),
                    Reasoning = counts[4].GetInt64(),
                };
            }

            return AnswerAdmission.CanBeCopied(response)
                ? new CachedAnswer(response, root.GetProperty("id").GetString()!, root.GetProperty("at").GetDateTimeOffset(), usage) { Askers = Askers(root) }
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or IndexOutOfRangeException or NotSupportedException or ArgumentException)
        {
            return null;
        }
    }

    private static string[] Askers(JsonElement root) =>
        root.TryGetProperty("by", out JsonElement askers) ? [.. askers.EnumerateArray().Select(a => a.GetString()!)] : [];

    private static AIContent Plain(AIContent content) => content switch
    {
        TextContent text => new TextContent(text.Text),
        TextReasoningContent reasoning => new TextReasoningContent(reasoning.Text) { ProtectedData = reasoning.ProtectedData },
        FunctionCallContent call => new FunctionCallContent(call.CallId, call.Name, call.Arguments),
        DataContent data => new DataContent(data.Data, data.MediaType),
        _ => content,
    };
}
