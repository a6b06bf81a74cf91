using System.Text.RegularExpressions;

namespace TokenThrift.Compression.Passes;

/// <summary>Of a Markdown document leaves out what only a web page shows: badges, hidden comments, a table of contents that repeats its headings.</summary>
internal sealed partial class MarkdownPass : ICompressionPass
{
    private const int ContentsFrom = 4;

    public string Name => "markdown";

    public bool IsLossless => false;

    public string? Apply(CompressionInput input)
    {
        if (input.IsVerbatim || FileContent.IsReadBy(input.Arguments) || !Heading().IsMatch(input.Text))
        {
            return null;
        }

        string[] lines = input.Text.Split('\n');
        bool[] isKept = new bool[lines.Length];
        bool isComment = false;
        bool isCode = false;
        for (int i = 0; i < lines.Length; i++)
        {
            ReadOnlySpan<char> line = lines[i].AsSpan().Trim();
            isCode ^= !isComment && line.StartsWith("```", StringComparison.Ordinal);
            bool opens = !isCode && !isComment && line.StartsWith("<!--", StringComparison.Ordinal);
            isComment |= opens;
            isKept[i] = isCode || KeptLines.MustStay(line) || (!isComment && (line.Length > 2000 || !Badges().IsMatch(line)));
            isComment &= !line.Contains("-->", StringComparison.Ordinal);
        }

        for (int i = 0; i < lines.Length; i++)
        {
            int end = i;
            while (end < lines.Length && isKept[end] && lines[end].Length < 500 && Contents().IsMatch(lines[end]))
            {
                end++;
            }

            for (int j = i; j < end && end - i >= ContentsFrom; j++)
            {
                isKept[j] = KeptLines.MustStay(lines[j]);
            }

            i = Math.Max(i, end);
        }

        return KeptLines.Write(lines, isKept, (_, _) => "[…]", shortest: 1);
    }

    [GeneratedRegex(@"^#{1,3} \S", RegexOptions.CultureInvariant | RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"^(?:\[?!\[[^\]]*\]\([^)]*\)(?:\]\([^)]*\))?\s*)+$|^\[[^\]]+\]:\s*\S*(?:badge|shields)\S*$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Badges();

    [GeneratedRegex(@"^\s*(?:[-*+]|\d+[.)])\s+\[[^\]]+\]\(#[^)]*\)\s*$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Contents();
}
