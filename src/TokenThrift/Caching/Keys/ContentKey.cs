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
    private Dictionary<string, int>? _callIds;

    /// <summary>Writes a message. Returns why it cannot be part of a key, or null.</summary>
    public string? Message(ChatMessage message)
    {
        writer.Tag((byte)'m');
        writer.Text(message.Role.Value);
        writer.Text(message.AuthorName);
        IList<AIContent> contents = message.Contents;
        writer.Number((long)contents.Count);
        foreach (AIContent content in contents)
        {
            if (Content(content) is { } reason)
            {
                return reason;
            }
        }

        return Properties(message.AdditionalProperties);
    }

    /// <summary>Writes the extra properties of an options object, a message or a content; ours are left out.</summary>
    public string? Properties(AdditionalPropertiesDictionary? properties)
    {
        if (properties is null || properties.Count == 0)
        {
            return null;
        }

        foreach ((string name, object? value) in properties.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            if (name.StartsWith(RequestSettings.Prefix, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            writer.Tag((byte)'p');
            writer.Text(name);
            if (!Value(value))
            {
                return CacheReasons.Unhashable;
            }
        }

        return null;
    }

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
                break;
            case DataContent data:
                writer.Tag((byte)'d');
                writer.Text(data.MediaType);
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
                foreach ((string name, object? value) in (call.Arguments ?? new Dictionary<string, object?>()).OrderBy(a => a.Key, StringComparer.Ordinal))
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

        return Properties(content.AdditionalProperties);
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
            case bool or sbyte or byte or short or ushort or int or uint or long or ulong or float or double or decimal or Guid or DateTime or DateTimeOffset or TimeSpan or Enum:
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
