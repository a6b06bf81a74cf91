using System.Globalization;
using System.Text;

namespace TokenThrift.Compression.Passes;

/// <summary>
/// Folds a log: of the lines that differ only in numbers, ids, paths and addresses, the first is shown with their count.
/// Every line that speaks of an error or a warning or states a rule is kept, equal ones once with their count.
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
        var templates = new List<string?>();
        var byTemplate = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (ReadOnlySpan<char> raw in input.Text.AsSpan().EnumerateLines('\n'))
        {
            ReadOnlySpan<char> line = raw.TrimEnd('\r');
            if (line.IsWhiteSpace())
            {
                continue;
            }

            bool mustStay = KeptLines.MustStay(line);
            string template = mustStay ? line.ToString() : LogTemplate.Of(line);
            if (byTemplate.TryGetValue(template, out int at))
            {
                shown[at] = (shown[at].Line, shown[at].Count + 1);
            }
            else
            {
                byTemplate[template] = shown.Count;
                shown.Add((line.ToString(), 1));
                templates.Add(mustStay ? null : template);
            }
        }

        int[] heads = LogTemplates.Join(templates);
        int[] counts = new int[shown.Count];
        for (int i = 0; i < shown.Count; i++)
        {
            counts[heads[i]] += shown[i].Count;
        }

        var result = new StringBuilder();
        for (int i = 0; i < shown.Count; i++)
        {
            if (heads[i] == i)
            {
                result.Append(shown[i].Line);
                result.Append(counts[i] > 1 ? string.Create(CultureInfo.InvariantCulture, $" [x{counts[i]}]") : string.Empty).Append('\n');
            }
        }

        result.Append("[log folded: of lines that differ only in values the first is shown; xN is how many there were]");
        return result.ToString();
    }

    // A log has a time or a level on most lines; a table of numbers does not, and must not be folded.
    private static bool IsLog(string text)
    {
        int lines = 0;
        int marked = 0;
        int most = Math.Min(LookAt, text.AsSpan().Count('\n') + 1);
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines('\n'))
        {
            // Too many plain lines for the others to make up for.
            if (lines >= LookAt || (lines - marked) * 2 > most)
            {
                break;
            }

            if (!line.IsWhiteSpace())
            {
                lines++;
                marked += LogTemplate.HasTimeOrLevel(line) ? 1 : 0;
            }
        }

        return lines >= LinesFrom && marked * 2 >= lines;
    }
}
