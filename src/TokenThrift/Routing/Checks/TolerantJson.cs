using System.Text.Json;

namespace TokenThrift.Routing;

/// <summary>Reads JSON as models write it: in a fence, after a sentence, with a trailing comma, with raw line breaks in strings.</summary>
internal static class TolerantJson
{
    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>Finds the JSON object or array of an answer.</summary>
    /// <param name="text">The answer.</param>
    /// <param name="json">The JSON, when the result is <see langword="true"/>.</param>
    public static bool TryRead(string text, out JsonElement json)
    {
        int first = text.AsSpan().IndexOfAny('{', '[');
        json = default;
        if (first < 0)
        {
            return TryParse(text.Trim(), out json);
        }

        int last = text.LastIndexOf(text[first] == '{' ? '}' : ']');
        return last > first && (TryParse(text[first..(last + 1)], out json) || TryParse(EscapeLineBreaks(text[first..(last + 1)]), out json));
    }

    private static bool TryParse(string text, out JsonElement json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text, Lenient);
            json = document.RootElement.Clone();
            return true;
        }
        catch (JsonException)
        {
            json = default;
            return false;
        }
    }

    private static string EscapeLineBreaks(string text)
    {
        var fixedText = new System.Text.StringBuilder(text.Length + 16);
        bool inString = false;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (inString && c == '\\' && i + 1 < text.Length)
            {
                fixedText.Append(c).Append(text[++i]);
                continue;
            }

            inString ^= c == '"';
            _ = (inString, c) switch
            {
                (true, '\n') => fixedText.Append("\\n"),
                (true, '\r') => fixedText.Append("\\r"),
                (true, '\t') => fixedText.Append("\\t"),
                _ => fixedText.Append(c),
            };
        }

        return fixedText.ToString();
    }
}
