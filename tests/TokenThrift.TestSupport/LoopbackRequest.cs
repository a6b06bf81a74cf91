using System.Text.Json;

namespace TokenThrift.TestSupport;

/// <summary>One request as it crossed the wire.</summary>
public sealed record LoopbackRequest(int Index, JsonElement Body, IReadOnlyDictionary<string, string> Headers)
{
    public string Model => Text("model") ?? string.Empty;

    public bool IsStreaming => Body.TryGetProperty("stream", out JsonElement stream) && stream.ValueKind == JsonValueKind.True;

    public bool AsksForUsage =>
        Body.TryGetProperty("stream_options", out JsonElement options) && options.TryGetProperty("include_usage", out JsonElement usage) && usage.GetBoolean();

    /// <summary>Gets the output limit under either of its two names.</summary>
    public int? MaxOutputTokens => Number("max_completion_tokens") ?? Number("max_tokens");

    public IReadOnlyList<JsonElement> Messages => [.. Body.GetProperty("messages").EnumerateArray()];

    public IReadOnlyList<string> ToolNames => !Body.TryGetProperty("tools", out JsonElement tools)
        ? []
        : [.. tools.EnumerateArray().Select(tool => tool.GetProperty("function").GetProperty("name").GetString()!)];

    /// <summary>Gets the text of the last message.</summary>
    public string LastText => TextOf(Messages[^1]);

    /// <summary>Returns the text of a message, whose content may be a string or a list of parts.</summary>
    public static string TextOf(JsonElement message)
    {
        if (!message.TryGetProperty("content", out JsonElement content))
        {
            return string.Empty;
        }

        return content.ValueKind switch
        {
            JsonValueKind.String => content.GetString()!,
            JsonValueKind.Array => string.Concat(content.EnumerateArray().Select(part => part.TryGetProperty("text", out JsonElement text) ? text.GetString() : null)),
            _ => string.Empty,
        };
    }

    private string? Text(string name) => Body.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;

    private int? Number(string name) => Body.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetInt32() : null;
}
