using System.Globalization;
using System.Text;
using TokenThrift.Tokens;

namespace TokenThrift.Compression.Sessions;

/// <summary>Writes what stays of a removed result: its size, its reference, and the names that tell the model what is behind it.</summary>
internal static class DigestBuilder
{
    public static Digest Build(ResultItem item, ITokenCounter counter, int outlinePerThousand, HashSet<string>? except)
    {
        string reference = item.Reference;
        int lines = item.Original.AsSpan().Count('\n') + 1;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"[removed: {item.OriginalTokens} tokens, {lines} lines; ref {reference}]");
        int budget = (int)((long)item.Ingested.Tokens * outlinePerThousand / 1000);
        if (budget >= 8)
        {
            Outline.Append(text, item.Ingested.Text, budget, except);
        }

        string result = text.ToString();
        return new Digest(reference, result, counter.CountText(result));
    }
}
