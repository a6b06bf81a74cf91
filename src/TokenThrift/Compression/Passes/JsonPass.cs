using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace TokenThrift.Compression.Passes;

/// <summary>Writes JSON without layout, and arrays of like objects as columns and rows where that is shorter.</summary>
/// <remarks>Names, strings and numbers keep their own characters: nothing is parsed into a value and written back.</remarks>
internal sealed class JsonPass : ICompressionPass
{
    // Deeper tables are written plainly, which keeps the time linear in the size of hostile input.
    private const int DeepestTable = 6;
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 64 };

    public string Name => "json";

    public bool IsLossless => true;

    public string? Apply(CompressionInput input)
    {
        ReadOnlySpan<char> text = input.Text.AsSpan().Trim();
        if (input.IsVerbatim || text.Length < 2 || !(text[0] is '{' or '[' && text[^1] is '}' or ']'))
        {
            return null;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(text.ToString(), Strict);
            var result = new StringBuilder(text.Length);
            Write(document.RootElement, result, depth: 0);
            return result.ToString();
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            // Not JSON after all, too deep, or text that is not valid Unicode: left as it is.
            return null;
        }
    }

    internal static void Write(JsonElement element, StringBuilder result, int depth)
    {
        char separator;
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                separator = '{';
                foreach (JsonProperty property in element.EnumerateObject())
                {
                    result.Append(separator).Append('"').Append(NameOf(property)).Append("\":");
                    Write(property.Value, result, depth + 1);
                    separator = ',';
                }

                result.Append(separator == '{' ? "{}" : "}");
                break;
            case JsonValueKind.Array when depth <= DeepestTable && JsonColumns.TryWrite(element, depth) is { } table:
                result.Append(table);
                break;
            case JsonValueKind.Array:
                separator = '[';
                foreach (JsonElement item in element.EnumerateArray())
                {
                    result.Append(separator);
                    Write(item, result, depth + 1);
                    separator = ',';
                }

                result.Append(separator == '[' ? "[]" : "]");
                break;
            default:
                result.Append(element.GetRawText());
                break;
        }
    }

    internal static string NameOf(JsonProperty property) => Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8PropertyName(property));
}
