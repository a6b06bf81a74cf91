using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace TokenThrift.Compression.Sessions;

/// <summary>An entry of the log as a line of text. Pure functions.</summary>
internal static class EpochLine
{
    private const string Version = "2";
    private const int Parts = 8;
    private const char SummaryMark = 's';

    /// <summary>Writes an entry.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="print">The fingerprint of the history up to it.</param>
    /// <param name="prices">The prices that were decided with, for whoever reads it.</param>
    public static string Write(EpochEntry entry, string print, PriceRatios? prices)
    {
        string line = string.Join(
            ' ',
            Version,
            entry.Messages.ToString(CultureInfo.InvariantCulture),
            print,
            entry.Reason,
            string.Create(CultureInfo.InvariantCulture, $"{prices?.Read ?? 0}/{prices?.Write ?? 0}"),
            "f" + string.Join(',', entry.Folded),
            "r" + string.Join(',', entry.Replaced),
            "d" + string.Join(',', entry.Dropped));
        return entry.Summary is { } summary ? $"{line} {SummaryMark}{Convert.ToBase64String(Encoding.UTF8.GetBytes(summary))}" : line;
    }

    /// <summary>Reads a line, or returns <see langword="null"/> where it is none of this version.</summary>
    public static (string Print, EpochEntry Entry)? Parse(string line)
    {
        string[] parts = line.Split(' ');
        string? summary = null;
        return parts.Length >= Parts && parts[0] == Version && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int messages)
            && Numbers(parts[5], 'f') is { } folded && Numbers(parts[6], 'r') is { } replaced && Numbers(parts[7], 'd') is { } dropped
            && (parts.Length == Parts || (parts.Length == Parts + 1 && (summary = SummaryIn(parts[Parts])) is not null))
            ? (parts[2], new EpochEntry(messages, parts[3], folded, replaced, dropped) { Summary = summary })
            : null;
    }

    /// <summary>Reads numbers behind a mark, or returns <see langword="null"/> where there is anything else.</summary>
    public static int[]? Numbers(string text, char mark)
    {
        if (text.Length == 0 || text[0] != mark)
        {
            return null;
        }

        var numbers = new List<int>();
        foreach (string part in text[1..].Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            {
                return null;
            }

            numbers.Add(number);
        }

        return [.. numbers];
    }

    private static string? SummaryIn(string part) =>
        part.Length > 1 && part[0] == SummaryMark && Base64.IsValid(part.AsSpan(1)) ? Encoding.UTF8.GetString(Convert.FromBase64String(part[1..])) : null;
}
