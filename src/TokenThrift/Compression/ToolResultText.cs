using System.Text.Json;
using Microsoft.Extensions.AI;
using TokenThrift.Requests;

namespace TokenThrift.Compression;

/// <summary>Reads and replaces the text of a tool's result.</summary>
internal static class ToolResultText
{
    /// <summary>Returns what a result says, or <see langword="null"/> for one that is not text (images, files): text, also as a JSON string, as it is, and all else as the provider would be sent it.</summary>
    /// <remarks>So it is the same where the result was made and where it was read back from JSON, whatever its layout there.</remarks>
    public static string? Of(object? result) => result switch
    {
        string text => text,
        null or AIContent or IEnumerable<AIContent> => null,
        JsonElement { ValueKind: JsonValueKind.Undefined or JsonValueKind.Null } => null,
        JsonElement { ValueKind: JsonValueKind.String } text => ContentText.Of(text),
        _ => ContentText.OfResult(result),
    };

    /// <summary>Says whether a result is a text that the provider would be sent in quotes, with escapes.</summary>
    public static bool IsWrapped(object? result) => result is JsonElement { ValueKind: JsonValueKind.String };

    /// <summary>Makes a result with another text under the same call id; the provider's raw object would undo the rewrite, so it is left behind.</summary>
    public static FunctionResultContent With(FunctionResultContent result, string text) =>
        new(result.CallId, text) { AdditionalProperties = result.AdditionalProperties, Annotations = result.Annotations };

    /// <summary>Makes a message with other contents; the provider's raw object is left behind.</summary>
    public static ChatMessage With(ChatMessage message, IList<AIContent> contents) => new(message.Role, contents)
    {
        AuthorName = message.AuthorName,
        CreatedAt = message.CreatedAt,
        MessageId = message.MessageId,
        AdditionalProperties = message.AdditionalProperties,
    };
}
