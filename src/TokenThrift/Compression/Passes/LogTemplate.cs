using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace TokenThrift.Compression.Passes;

/// <summary>What a log line is apart from its values.</summary>
internal static partial class LogTemplate
{
    private const string Separators = " \t,;()[]{}<>\"'|=";
    private const int HeadLength = 64;

    // What an alarm cannot do without; looked for first, because most lines have none of it.
    private static readonly SearchValues<string> AlarmParts = SearchValues.Create(
        ["err", "warn", "fatal", "crit", "severe", "panic", "emerg", "alert", "exception", "traceback"], StringComparison.OrdinalIgnoreCase);

    /// <summary>Replaces every part that holds a digit, a path, an address or a long id by a mark.</summary>
    public static string Of(ReadOnlySpan<char> line)
    {
        var result = new StringBuilder(line.Length);
        int start = 0;
        for (int i = 0; i <= line.Length; i++)
        {
            if (i < line.Length && !Separators.Contains(line[i], StringComparison.Ordinal))
            {
                continue;
            }

            ReadOnlySpan<char> part = line[start..i];
            if (IsValue(part))
            {
                result.Append('*');
            }
            else
            {
                result.Append(part);
            }

            if (i < line.Length)
            {
                result.Append(line[i]);
            }

            start = i + 1;
        }

        return result.ToString();
    }

    /// <summary>Says whether a line speaks of an error or a warning.</summary>
    public static bool IsAlarm(ReadOnlySpan<char> line) => (line.ContainsAny(AlarmParts) && Alarm().IsMatch(line)) || Prefix().IsMatch(line);

    /// <summary>Says whether a line starts as log lines do.</summary>
    public static bool HasTimeOrLevel(ReadOnlySpan<char> line)
    {
        ReadOnlySpan<char> head = line[..Math.Min(line.Length, HeadLength)];
        return Time().IsMatch(head) || Level().IsMatch(head);
    }

    /// <summary>Says whether a word is the level of a line.</summary>
    public static bool IsLevel(ReadOnlySpan<char> word) => Level().IsMatch(word);

    private static bool IsValue(ReadOnlySpan<char> part)
    {
        if (part.IsEmpty)
        {
            return false;
        }

        if (part.IndexOfAnyInRange('0', '9') >= 0)
        {
            return true;
        }

        // A path, an address or a host name; "and/or" and "read/write" have one slash between words and stay.
        return part.Count('/') > 1 || part.Count('\\') > 1 || part[0] is '/' or '~' || part.Contains('@') || part.Count('.') > 2
            || part.StartsWith("http", StringComparison.OrdinalIgnoreCase);
    }

    [GeneratedRegex(@"\b(?:error|errors|err|warn|warning|fatal|critical|crit|severe|panic|emerg|alert|exception|traceback)\b|(?:Error|Exception)\b", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Alarm();

    // .NET's console logger, klog.
    [GeneratedRegex(@"^\s*(?:fail: |[EWF]\d{4} \d\d:)", RegexOptions.CultureInvariant)]
    private static partial Regex Prefix();

    [GeneratedRegex(@"\d{1,2}:\d{2}:\d{2}|\d{4}[-/.]\d{2}[-/.]\d{2}|\b\d{10}\b|\b\d{6} \d{6}\b", RegexOptions.CultureInvariant)]
    private static partial Regex Time();

    [GeneratedRegex(@"\b(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL|VERBOSE|info|warn|error|debug|trace)\b\]?:?", RegexOptions.CultureInvariant)]
    private static partial Regex Level();
}
