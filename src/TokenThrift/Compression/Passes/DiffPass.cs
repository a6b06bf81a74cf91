using System.Globalization;
using System.Text.RegularExpressions;

namespace TokenThrift.Compression.Passes;

/// <summary>Of a unified diff keeps every changed line with one line around it; the headers of hunks still tell where it stands.</summary>
internal sealed partial class DiffPass : ICompressionPass
{
    private const int Around = 1;

    public string Name => "diff";

    public bool IsLossless => false;

    public string? Apply(CompressionInput input)
    {
        if (input.IsVerbatim || !input.Text.Contains("@@ -", StringComparison.Ordinal))
        {
            return null;
        }

        string[] lines = input.Text.Split('\n');
        bool[] isKept = new bool[lines.Length];
        Array.Fill(isKept, true);
        for (int i = 0; i < lines.Length; i++)
        {
            if (Hunk().Match(lines[i]) is { Success: true } hunk)
            {
                i = Fold(lines, i + 1, LengthOf(hunk, 1), LengthOf(hunk, 2), isKept) - 1;
            }
        }

        return KeptLines.Write(lines, isKept, (from, to) => string.Create(CultureInfo.InvariantCulture, $" [{to - from} unchanged lines]"));
    }

    // The header says how many lines of the old and of the new text the hunk holds, so that a line of text that looks like a header is none.
    private static int Fold(string[] lines, int start, int before, int after, bool[] isKept)
    {
        int end = start;
        int lastChange = start - 1 - Around;
        for (; end < lines.Length && (before > 0 || after > 0); end++)
        {
            char kind = lines[end].Length == 0 ? ' ' : lines[end][0];
            before -= kind is ' ' or '-' ? 1 : 0;
            after -= kind is ' ' or '+' ? 1 : 0;
            if (kind is not (' ' or '-' or '+' or '\\'))
            {
                break;
            }

            if (kind == ' ')
            {
                isKept[end] = end - lastChange <= Around || KeptLines.MustStay(lines[end]);
                continue;
            }

            for (int i = Math.Max(start, end - Around); i < end; i++)
            {
                isKept[i] = true;
            }

            lastChange = end;
        }

        return end;
    }

    private static int LengthOf(Match hunk, int group) =>
        !hunk.Groups[group].Success ? 1 : int.TryParse(hunk.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int length) ? length : 0;

    [GeneratedRegex(@"^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@", RegexOptions.CultureInvariant)]
    private static partial Regex Hunk();
}
