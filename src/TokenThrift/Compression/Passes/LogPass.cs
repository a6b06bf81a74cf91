using System.Globalization;
using System.Text;

namespace TokenThrift.Compression.Passes;

/// <summary>
/// Folds a log: of the lines that differ only in numbers, ids, paths and addresses, the first is shown with their count.
/// Every line that speaks of an error or a warning is kept, equal ones once with their count.
/// </summary>
internal sealed class LogPass : ICompressionPass
{
    private const int LinesFrom = 20;
    private const int LookAt = 200;

    public string Name => "log";

    public bool IsLossless => false;

    public string? Apply(CompressionInput input)
    {
        if (input.IsVerbatim || !IsLog(input.Text))
        {
            return null;
        }

        var shown = new List<(string Line, int Count)>();
        var byTemplate = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (ReadOnlySpan<char> raw in input.Text.AsSpan().EnumerateLines('\n'))
        {
            ReadOnlySpan<char> line = raw.TrimEnd('\r');
            if (line.IsWhiteSpace())
            {
                continue;
            }

            string template = LogTemplate.IsAlarm(line) ? line.ToString() : LogTemplate.Of(line);
            if (byTemplate.TryGetValue(template, out int at))
            {
                shown[at] = (shown[at].Line, shown[at].Count + 1);
            }
            else
            {
                byTemplate[template] = shown.Count;
                shown.Add((line.ToString(), 1));
            }
        }

        var result = new StringBuilder();
        foreach ((string line, int count) in shown)
        {
            result.Append(line);
            if (count > 1)
            {
                result.Append(CultureInfo.InvariantCulture, $" [x{count}]");
            }

            result.Append('\n');
        }

        result.Append("[log folded: of lines that differ only in values the first is shown; xN is how many there were]");
        return result.ToString();
    }

    // A log has a time or a level on most lines; a table of numbers does not, and must not be folded.
    private static bool IsLog(string text)
    {
        int lines = 0;
        int marked = 0;
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines('\n'))
        {
            if (!line.IsWhiteSpace() && lines < LookAt)
            {
                lines++;
                marked += LogTemplate.HasTimeOrLevel(line) ? 1 : 0;
            }
        }

        return lines >= LinesFrom && marked * 2 >= lines;
    }
}
