using System.Text;

namespace TokenThrift.Compression.Tools;

/// <summary>Takes the layout of the source code out of a description: common indentation, space at the ends of lines, runs of empty lines.</summary>
internal static class DescriptionText
{
    public static string Squeeze(string text)
    {
        if (!text.AsSpan().ContainsAny('\n', '\r') && !HasSpaceAtEnds(text))
        {
            return text;
        }

        string[] lines = [.. text.ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimEnd())];
        // The first line of a documentation comment often stands right behind its opening mark.
        int indent = lines.Skip(1).Where(line => line.Length > 0).Select(line => line.Length - line.AsSpan().TrimStart().Length).DefaultIfEmpty(0).Min();
        var result = new StringBuilder(text.Length);
        bool isAfterGap = true;
        for (int i = 0; i < lines.Length; i++)
        {
            string line = i == 0 ? lines[i].TrimStart() : lines[i].Length > indent ? lines[i][indent..] : string.Empty;
            if (line.Length > 0 || !isAfterGap)
            {
                result.Append(line).Append('\n');
            }

            isAfterGap = line.Length == 0;
        }

        return result.ToString().TrimEnd();
    }

    private static bool HasSpaceAtEnds(string text) => text.Length > 0 && (char.IsWhiteSpace(text[0]) || char.IsWhiteSpace(text[^1]));
}
