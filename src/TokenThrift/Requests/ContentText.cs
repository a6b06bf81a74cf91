using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.AI;

namespace TokenThrift.Requests;

/// <summary>The text that a provider is sent for a value that is not text: a tool's result, a tool call's arguments.</summary>
public static class ContentText
{
    /// <summary>Serialises a value as the clients of Microsoft.Extensions.AI do.</summary>
    /// <param name="value">The value: text is returned as it is, all else as JSON.</param>
    /// <returns>The text; for a value that JSON cannot express, its own <see cref="object.ToString"/>.</returns>
    public static string Of(object? value)
    {
        switch (value)
        {
            case null:
                return "null";
            case string text:
                return text;
            case JsonElement json:
                return json.ValueKind == JsonValueKind.Undefined ? "null" : json.ValueKind == JsonValueKind.String ? json.GetString()! : json.GetRawText();
        }

        try
        {
            return AIJsonUtilities.DefaultOptions.TryGetTypeInfo(value.GetType(), out JsonTypeInfo? type)
                ? JsonSerializer.Serialize(value, type)
                : value.ToString() ?? string.Empty;
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException)
        {
            // A cyclic or otherwise unserialisable value; a real client would fail on it, which is not for us to do.
            return value.ToString() ?? string.Empty;
        }
    }

    /// <summary>Serialises the arguments of a tool call as a JSON object.</summary>
    /// <param name="arguments">The arguments, or <see langword="null"/>.</param>
    /// <returns>The JSON text.</returns>
    public static string OfArguments(IDictionary<string, object?>? arguments) => arguments is null ? "{}" : Of(arguments);
}
