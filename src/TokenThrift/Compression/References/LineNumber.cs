using System.Globalization;

namespace TokenThrift.Compression.References;

/// <summary>The number that tools such as <c>cat -n</c> and <c>grep -n</c> write before a line: perhaps padded, with a tab, an arrow, a bar or a colon after it.</summary>
/// <param name="Value">The number.</param>
/// <param name="Width">The characters of the number with its padding.</param>
internal readonly record struct LineNumber(int Value, int Width)
{
    private const int Widest = 9;

    /// <summary>Reads the number of a line.</summary>
    public static bool TryRead(ReadOnlySpan<char> line, out LineNumber number)
    {
        number = default;
        int digits = 0;
        while (digits < line.Length && digits < Widest && line[digits] == ' ')
        {
            digits++;
        }

        int end = digits;
        while (end < line.Length && end < Widest && char.IsAsciiDigit(line[end]))
        {
            end++;
        }

        // A colon before a digit belongs to a time of day.
        if (end == digits || end >= line.Length || !(line[end] is '\t' or '\u2192' or '|' || (line[end] == ':' && !(end + 1 < line.Length && char.IsAsciiDigit(line[end + 1])))))
        {
            return false;
        }

        number = new LineNumber(int.Parse(line[digits..end], NumberStyles.None, CultureInfo.InvariantCulture), end);
        return true;
    }

    /// <summary>Returns a line from the sign after its number on; all of it when it has none.</summary>
    public static ReadOnlySpan<char> Without(ReadOnlySpan<char> line) => TryRead(line, out LineNumber number) ? line[(number.Width + 1)..] : line;

    /// <summary>Writes the number that many lines further down, in the same width.</summary>
    public string Plus(int lines) => (Value + lines).ToString(CultureInfo.InvariantCulture).PadLeft(Width);
}
