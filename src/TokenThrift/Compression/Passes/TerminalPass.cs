using System.Text;

namespace TokenThrift.Compression.Passes;

/// <summary>Shows a terminal's output as a person would have seen it: no escape codes, the last frame of a progress bar, no padding.</summary>
internal sealed class TerminalPass : ICompressionPass
{
    private const char Escape = '\u001b';
    private const int PaddingFrom = 8;
    private const int BlankLinesFrom = 4;

    public string Name => "terminal";

    public bool IsLossless => true;

    public string? Apply(CompressionInput input)
    {
        string text = input.Text;
        bool hasCodes = text.Contains(Escape, StringComparison.Ordinal);
        bool hasFrames = HasFrames(text);
        if (!hasCodes && !hasFrames && (input.IsVerbatim || !HasPadding(text)))
        {
            return null;
        }

        if (hasCodes)
        {
            text = WithoutCodes(text);
        }

        var result = new StringBuilder(text.Length);
        int blank = 0;
        foreach (ReadOnlySpan<char> raw in text.AsSpan().EnumerateLines('\n'))
        {
            ReadOnlySpan<char> line = hasFrames ? LastFrame(raw) : raw;
            if (!input.IsVerbatim)
            {
                line = WithoutPadding(line);
            }

            blank = line.IsWhiteSpace() ? blank + 1 : 0;
            if (input.IsVerbatim || blank < BlankLinesFrom)
            {
                result.Append(line).Append('\n');
            }
        }

        result.Length--;
        return result.ToString();
    }

    // A carriage return inside a line means that what stands before it was overwritten.
    private static bool HasFrames(string text)
    {
        for (int at = text.IndexOf('\r', StringComparison.Ordinal); at >= 0 && at + 1 < text.Length; at = text.IndexOf('\r', at + 1))
        {
            if (text[at + 1] is not ('\n' or '\r'))
            {
                return true;
            }
        }

        return false;
    }

    private static bool HasPadding(string text) =>
        text.Contains("        \n", StringComparison.Ordinal) || text.Contains("\n\n\n\n\n", StringComparison.Ordinal);

    private static ReadOnlySpan<char> LastFrame(ReadOnlySpan<char> line)
    {
        ReadOnlySpan<char> visible = line.TrimEnd('\r');
        int at = visible.LastIndexOf('\r');
        return at < 0 ? line : visible[(at + 1)..];
    }

    private static ReadOnlySpan<char> WithoutPadding(ReadOnlySpan<char> line)
    {
        ReadOnlySpan<char> trimmed = line.TrimEnd(' ');
        return line.Length - trimmed.Length >= PaddingFrom ? trimmed : line;
    }

    private static string WithoutCodes(string text)
    {
        var result = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != Escape)
            {
                result.Append(text[i]);
                continue;
            }

            i = EndOfCode(text, i);
        }

        return result.ToString();
    }

    // ECMA-48: CSI ends at a byte from @ to ~; OSC ends at BEL or ESC \; other codes are two characters.
    private static int EndOfCode(string text, int start)
    {
        if (start + 1 >= text.Length)
        {
            return start;
        }

        int i = start + 2;
        switch (text[start + 1])
        {
            case '[':
                while (i < text.Length && text[i] is >= ' ' and <= '?')
                {
                    i++;
                }

                return i < text.Length && text[i] is >= '@' and <= '~' ? i : i - 1;
            case ']':
                while (i < text.Length && text[i] != '\a' && text[i] != Escape && text[i] != '\n')
                {
                    i++;
                }

                return i >= text.Length ? text.Length - 1
                    : text[i] == '\a' ? i
                    : text[i] == Escape && i + 1 < text.Length && text[i + 1] == '\\' ? i + 1 : i - 1;
            case >= '@' and <= '_':
                return start + 1;
            default:
                return start;
        }
    }
}
