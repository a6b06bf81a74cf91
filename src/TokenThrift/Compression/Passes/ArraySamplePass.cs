using System.Globalization;
using System.Text;
using System.Text.Json;

namespace TokenThrift.Compression.Passes;

/// <summary>Of a long JSON array of like objects keeps the first and last, those with an error, and those that share a term with the query; says how many there were.</summary>
internal sealed class ArraySamplePass : ICompressionPass
{
    private const int ItemsFrom = 60;
    private const int Ends = 10;
    private static readonly string[] Alarms = ["error", "fail", "exception", "denied", "critical", "warn"];

    public string Name => "array";

    public bool IsLossless => false;

    public string? Apply(CompressionInput input)
    {
        if (input.IsVerbatim || input.Text.Length < 2 || input.Text[0] != '[')
        {
            return null;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(input.Text);
            int count = document.RootElement.GetArrayLength();
            if (count < ItemsFrom || document.RootElement.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.Object))
            {
                return null;
            }

            HashSet<string> terms = input.Query is null ? [] : [.. Text.TextTerms.Of(input.Query)];
            var result = new StringBuilder("[");
            int kept = 0;
            int index = 0;
            foreach (JsonElement item in document.RootElement.EnumerateArray())
            {
                string raw = item.GetRawText();
                if (index < Ends || index >= count - Ends || Alarms.Any(alarm => raw.Contains(alarm, StringComparison.OrdinalIgnoreCase))
                    || (terms.Count > 0 && Text.TextTerms.Of(raw).Exists(terms.Contains)))
                {
                    result.Append(kept++ == 0 ? string.Empty : ",\n").Append(raw);
                }

                index++;
            }

            return result.Append(CultureInfo.InvariantCulture, $"]\n[{kept} of {count} items shown: the first and last {Ends}, those that speak of errors, those that match the question]").ToString();
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }
}
