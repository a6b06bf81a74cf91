using System.Globalization;
using System.Text;
using System.Text.Json;

namespace TokenThrift.Compression.Passes;

/// <summary>
/// In the place of a long JSON array of objects, wherever it stands, writes how many items there were, what their fields
/// hold, and those items that a reader asks for first: the first and last, those unlike the others, those that speak of
/// an error, and those that the question is about.
/// </summary>
internal sealed class ArraySamplePass : ICompressionPass
{
    private const int ItemsFrom = 50;
    private const int DeepestArray = 4;

    public string Name => "array";

    public bool IsLossless => false;

    public string? Apply(CompressionInput input)
    {
        ReadOnlySpan<char> text = input.Text.AsSpan().Trim();
        if (input.IsVerbatim || text.Length < 2 || !(text[0] is '{' or '[' && text[^1] is '}' or ']'))
        {
            return null;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(text.ToString());
            HashSet<string> terms = input.Query is null ? [] : [.. Text.TextTerms.Of(input.Query)];
            var result = new StringBuilder();
            return Write(document.RootElement, terms, result, depth: 0) ? result.ToString() : null;
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            // Not JSON after all, too deep, or text that is not valid Unicode: left as it is.
            return null;
        }
    }

    private static bool Write(JsonElement element, HashSet<string> terms, StringBuilder result, int depth)
    {
        bool isChanged = false;
        if (element.ValueKind == JsonValueKind.Object && depth < DeepestArray)
        {
            char separator = '{';
            foreach (JsonProperty property in element.EnumerateObject())
            {
                result.Append(separator).Append('"').Append(JsonPass.NameOf(property)).Append("\":");
                isChanged |= Write(property.Value, terms, result, depth + 1);
                separator = ',';
            }

            result.Append(separator == '{' ? "{}" : "}");
            return isChanged;
        }

        if (element.ValueKind == JsonValueKind.Array && element.GetArrayLength() >= ItemsFrom && ArraySample.Of(element, terms) is { } sample)
        {
            result.Append(CultureInfo.InvariantCulture, $"{{\"items\":{sample.Count},\"leftOut\":{sample.Count - sample.Kept.Count},\"fields\":{{");
            result.AppendJoin(',', sample.Fields.Select(field => $"{field.RawName}:{field.Summary}"));
            result.Append("},\"shown: first, last, unusual, errors, matches\":[").AppendJoin(',', sample.Kept.Select(item => item.GetRawText())).Append("]}");
            return true;
        }

        result.Append(element.GetRawText());
        return false;
    }
}
