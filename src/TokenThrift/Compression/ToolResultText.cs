using System.Text.Json;
using Microsoft.Extensions.AI;
using TokenThrift.Requests;

namespace TokenThrift.Compression;

/// <summary>Reads and replaces the text of a tool's result.</summary>
internal static class ToolResultText
{
    /// <summary>Returns the text that the provider would be sent, or <see langword="null"/> for a result that is not text (images, files).</summary>
    public static string? Of(object? result) => result switch
    {
        string text => text,
        null or AIContent or IEnumerable<AIContent> => null,
        JsonElement { ValueKind: JsonValueKind.Undefined or JsonValueKind.Null } => null,
        _ => ContentText.Of(result),
    };

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
