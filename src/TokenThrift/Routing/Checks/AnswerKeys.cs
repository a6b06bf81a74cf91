using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using TokenThrift.Requests;

namespace TokenThrift.Routing;

/// <summary>The part of an answer that two models must have in common to agree: tool calls, the facts of a JSON answer, a short answer.</summary>
/// <remarks>Prose is left out: two right explanations never read the same. A long answer in prose has no key.</remarks>
public static class AnswerKeys
{
    private const int LongestFact = 40;
    private const int LongestShortAnswer = 60;

    /// <summary>Finds the key of an answer.</summary>
    /// <param name="response">The answer.</param>
    /// <returns>The key, or <see langword="null"/> when the answer cannot be compared.</returns>
    public static string? Of(ChatResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        FunctionCallContent[] calls = [.. response.Messages.SelectMany(m => m.Contents).OfType<FunctionCallContent>()];
        if (calls.Length > 0)
        {
            return string.Join('\n', calls.Select(OfCall).Order(StringComparer.Ordinal));
        }

        string text = response.Text.Trim();
        if (text.Contains('{', StringComparison.Ordinal) && TolerantJson.TryRead(text, out JsonElement json) && json.ValueKind == JsonValueKind.Object)
        {
            var key = new StringBuilder();
            Append(key, json);
            return key.Length > 2 ? key.ToString() : null;
        }

        return text.Length is > 0 and <= LongestShortAnswer ? Fold(text) : null;
    }

    private static string OfCall(FunctionCallContent call)
    {
        var key = new StringBuilder(call.Name);
        if (TolerantJson.TryRead(ContentText.OfArguments(call.Arguments), out JsonElement json))
        {
            Append(key, json);
        }

        return key.ToString();
    }

    private static void Append(StringBuilder key, JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                key.Append('{');
                foreach (JsonProperty property in json.EnumerateObject().OrderBy(p => p.Name, StringComparer.Ordinal))
                {
                    if (property.Value.ValueKind != JsonValueKind.String || property.Value.GetString()!.Length <= LongestFact)
                    {
                        key.Append(property.Name).Append(':');
                        Append(key, property.Value);
                        key.Append(';');
                    }
                }

                key.Append('}');
                break;
            case JsonValueKind.Array:
                key.Append('[');
                foreach (JsonElement item in json.EnumerateArray())
                {
                    Append(key, item);
                    key.Append(',');
                }

                key.Append(']');
                break;
            case JsonValueKind.String:
                key.Append(Fold(json.GetString()!));
                break;
            default:
                key.Append(Fold(json.GetRawText()));
                break;
        }
    }

    // "$1,200.00", "1200" and "1200." are one number; case, white space and closing marks make no difference.
    private static string Fold(string text)
    {
        string folded = string.Join(' ', text.Trim().TrimEnd('.', '!').Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ToUpperInvariant();
        string number = folded.Trim('$', '€', '£', '%', ' ').Replace(",", string.Empty, StringComparison.Ordinal);
        return decimal.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal value)
            ? value.ToString("0.############", CultureInfo.InvariantCulture)
            : folded;
    }
}
