using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.AI;
using TokenThrift.Requests;

namespace TokenThrift.Caching.Keys;

/// <summary>Writes messages and values into a key: what a model reads of them, not ids and times that change from run to run.</summary>
internal sealed class ContentKey(KeyWriter writer)
{
    // What providers and frameworks attach to the messages that they make; it differs from run to run and no model is told of it.
    private static readonly FrozenSet<string> ReportedByProviders = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        ["Id", "ResponseId", "CompletionId", "RequestId", "Created", "CreatedAt", "SystemFingerprint", "FinishReason", "Usage", "ContentTokenLogProbabilities", "LogProbs"]);

    private static readonly Dictionary<string, object?> NoArguments = [];
    private Dictionary<string, int>? _callIds;

    /// <summary>Writes a message. Returns why it cannot be part of a key, or null.</summary>
    public string? Message(ChatMessage message)
    {
        if (IsGivenRaw(message))
        {
            return CacheReasons.RawRepresentation;
        }

        writer.Tag((byte)'m');
        writer.Text(message.Role.Value);
        writer.Text(message.AuthorName);
        foreach (AIContent content in message.Contents)
        {
            if (Content(content) is { } reason)
            {
                return reason;
            }
        }

        // Apart from those of its last content.
        writer.Tag((byte)'M');
        return MessageProperties(message.AdditionalProperties);
    }

    /// <summary>Tells whether a message is plain text to a model and nothing else.</summary>
    public static bool IsPlainText(ChatMessage message) =>
        HasNoOwnProperties(message.AdditionalProperties)
        && message.Contents.All(c => (c is TextContent or UsageContent) && HasNoOwnProperties(c.AdditionalProperties));

    /// <summary>Writes the extra properties of an options object; ours are left out.</summary>
    public string? Properties(IEnumerable<KeyValuePair<string, object?>>? properties)
    {
        foreach ((string name, object? value) in (properties ?? []).Where(p => !IsOurs(p.Key)).OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            writer.Tag((byte)'p');
            writer.Text(name);
            if (!Value(value))
            {
                return CacheReasons.Unhashable;
            }
        }

        return null;
    }

    // A provider's client may send the object behind a message in place of its contents. What came from a provider has one too, and says the same.
    private static bool IsGivenRaw(ChatMessage message) =>
        message.Role != ChatRole.Assistant && message.Role != ChatRole.Tool
        && (message.RawRepresentation is not null || message.Contents.Any(static c => c.RawRepresentation is not null));

    private static bool IsOurs(string name) => name.StartsWith(RequestSettings.Prefix, StringComparison.OrdinalIgnoreCase);

    private static bool HasNoOwnProperties(AdditionalPropertiesDictionary? properties) =>
        properties is null || properties.Keys.All(ReportedByProviders.Contains);

    private string? MessageProperties(AdditionalPropertiesDictionary? properties) =>
        properties is null or { Count: 0 } ? null : Properties(properties.Where(p => !ReportedByProviders.Contains(p.Key)));

    private string? Content(AIContent content)
    {
        switch (content)
        {
            case TextContent text:
                writer.Tag((byte)'t');
                writer.Text(text.Text);
                break;
            case TextReasoningContent reasoning:
                writer.Tag((byte)'r');
                writer.Text(reasoning.Text);
                writer.Text(reasoning.ProtectedData);
                break;
            case DataContent data:
                writer.Tag((byte)'d');
                writer.Text(data.MediaType);
                writer.Text(data.Name);
                writer.Bytes(data.Data.Span);
                break;
            case UriContent uri:
                writer.Tag((byte)'u');
                writer.Text(uri.MediaType);
                writer.Text(uri.Uri.OriginalString);
                break;
            case HostedFileContent file:
                writer.Tag((byte)'f');
                writer.Text(file.FileId);
                break;
            case FunctionCallContent call:
                writer.Tag((byte)'c');
                writer.Number((long)Ordinal(call.CallId));
                writer.Text(call.Name);
                writer.Number((long)(call.Arguments?.Count ?? 0));
                foreach ((string name, object? value) in (call.Arguments ?? NoArguments).OrderBy(a => a.Key, StringComparer.Ordinal))
                {
                    writer.Text(name);
                    if (!Value(value))
                    {
                        return CacheReasons.Unhashable;
                    }
                }

                break;
            case FunctionResultContent result:
                writer.Tag((byte)'o');
                writer.Number((long)Ordinal(result.CallId));
                if (!Value(result.Result))
                {
                    return CacheReasons.Unhashable;
                }

                break;
            case UsageContent:
                return null;
            case InputRequestContent or InputResponseContent:
                return CacheReasons.Approval;
            default:
                return CacheReasons.Unhashable;
        }

        return MessageProperties(content.AdditionalProperties);
    }

    // A call's id is drawn anew on every run; which call a result belongs to is not.
    private int Ordinal(string callId)
    {
        _callIds ??= new Dictionary<string, int>(StringComparer.Ordinal);
        if (!_callIds.TryGetValue(callId, out int ordinal))
        {
            _callIds[callId] = ordinal = _callIds.Count;
        }

        return ordinal;
    }

    private bool Value(object? value)
    {
        switch (value)
        {
            case null:
                writer.Tag((byte)'n');
                return true;
            case string text:
                writer.Tag((byte)'"');
                writer.Text(text);
                return true;
            case bool flag:
                writer.Tag((byte)'v');
                writer.Text(flag ? "true" : "false");
                return true;
            case sbyte or byte or short or ushort or int or uint or long or ulong or float or double or decimal or Guid or DateTime or DateTimeOffset or TimeSpan or Enum:
                writer.Tag((byte)'v');
                writer.Text(value is double or float ? ((IFormattable)value).ToString("R", CultureInfo.InvariantCulture) : ((IFormattable)value).ToString(value is DateTime or DateTimeOffset ? "O" : null, CultureInfo.InvariantCulture));
                return true;
            case JsonElement json:
                writer.Json(json);
                return true;
            case JsonNode node:
                writer.Json(JsonSerializer.SerializeToElement(node, AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(JsonNode))));
                return true;
        }

        try
        {
            if (AIJsonUtilities.DefaultOptions.TryGetTypeInfo(value.GetType(), out JsonTypeInfo? type))
            {
                writer.Json(JsonSerializer.SerializeToElement(value, type));
                return true;
            }
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException)
        {
            // A cyclic or otherwise unserialisable value: two of them cannot be told apart, so the request is not cached.
        }

        return false;
    }
}
