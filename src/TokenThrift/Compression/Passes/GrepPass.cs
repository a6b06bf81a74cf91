using System.Text;
using System.Text.RegularExpressions;

namespace TokenThrift.Compression.Passes;

/// <summary>Writes the output of a search (<c>path:line:text</c>) with each path once, as a heading over its lines, which is the form that ripgrep prints on a terminal.</summary>
internal sealed partial class GrepPass : ICompressionPass
{
    private const int LinesFrom = 4;

    public string Name => "grep";

    public bool IsLossless => true;

    public string? Apply(CompressionInput input)
    {
        string text = input.Text;
        if (input.IsVerbatim || !First().IsMatch(text))
        {
            return null;
        }

        var result = new StringBuilder(text.Length);
        string[] lines = text.TrimEnd('\n').Split('\n');
        ReadOnlySpan<char> path = default;
        int headings = 0;
        foreach (string line in lines)
        {
            if (line == "--")
            {
                // The mark between two groups of lines; it stands within a file, or before the next heading.
                result.Append("--\n");
                continue;
            }

            if (!path.IsEmpty && line.AsSpan().StartsWith(path) && line.Length > path.Length && StartsWithNumber(line.AsSpan(path.Length)))
            {
                result.Append(line, path.Length + 1, line.Length - path.Length - 1).Append('\n');
                continue;
            }

            Match match = First().Match(line);
            if (!match.Success || !StartsWithNumber(line.AsSpan(match.Groups[1].Length)))
            {
                return null;
            }

            path = line.AsSpan(0, match.Groups[1].Length);
            headings++;
            result.Append(headings == 1 ? string.Empty : "\n").Append(path).Append('\n').Append(line, path.Length + 1, line.Length - path.Length - 1).Append('\n');
        }

        result.Length--;
        result.Append(text, text.TrimEnd('\n').Length, text.Length - text.TrimEnd('\n').Length);
        return lines.Length >= LinesFrom && headings < lines.Length ? result.ToString() : null;
    }

    // A line of context has hyphens where a match has colons; that both are the same is what lets the first be left out.
    private static bool StartsWithNumber(ReadOnlySpan<char> text)
    {
        int digits = text[1..].IndexOfAnyExceptInRange('0', '9');
        return text[0] is ':' or '-' && digits > 0 && text[digits + 1] == text[0];
    }

    [GeneratedRegex(@"^([^\s:]*[./][^\s:]*)[:-](?=\d+[:-])", RegexOptions.CultureInvariant)]
    private static partial Regex First();
}
