using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.AI;

namespace TokenThrift.Requests;

/// <summary>The text of a value that is not text: a tool's result, a tool call's arguments.</summary>
public static class ContentText
{
    /// <summary>Returns what a value says: text and JSON strings as they are, other JSON as it is laid out, all else serialised as the clients of Microsoft.Extensions.AI do.</summary>
    /// <param name="value">The value.</param>
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
                return OfJson(json);
        }

        return Serialize(value);
    }

    /// <summary>
    /// Returns what a provider is sent for a tool's result: text as it is, and all else as the clients of Microsoft.Extensions.AI write it, which is
    /// JSON that is laid out with indentation. So a string that a function of <see cref="AIFunctionFactory"/> returned, which is a
    /// <see cref="JsonElement"/>, goes over the wire with quotes and escapes.
    /// </summary>
    /// <param name="result">The result.</param>
    /// <returns>The text; empty for none.</returns>
    public static string OfResult(object? result) => result switch
    {
        null => string.Empty,
        string text => text,
        JsonElement { ValueKind: JsonValueKind.Undefined } => string.Empty,
        _ => Serialize(result),
    };

    /// <summary>Serialises the arguments of a tool call as a JSON object.</summary>
    /// <param name="arguments">The arguments, or <see langword="null"/>.</param>
    /// <returns>The JSON text.</returns>
    public static string OfArguments(IDictionary<string, object?>? arguments) => arguments is null ? "{}" : Of(arguments);

    // The same value is a string where it was made and a JSON value where it was read back.
    private static string OfJson(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.String)
        {
            return json.ValueKind == JsonValueKind.Undefined ? "null" : json.GetRawText();
        }

        try
        {
            return json.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Half a character, which only its escape can hold.
            return json.GetRawText();
        }
    }

    private static string Serialize(object value)
    {
        try
        {
            return AIJsonUtilities.DefaultOptions.TryGetTypeInfo(value.GetType(), out JsonTypeInfo? type)
                ? JsonSerializer.Serialize(value, type)
                : value.ToString() ?? string.Empty;
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException)
        {
            // A cyclic or otherwise unserialisable value; a real client would fail on it, which is not for us to do.
            return value is JsonElement json ? json.GetRawText() : value.ToString() ?? string.Empty;
        }
    }
}
