using System.Globalization;
using System.Text;

namespace TokenThrift.Compression.Sessions;

/// <summary>Writes what stays of a removed result: its size, its reference, and what in it is likely to be asked for again.</summary>
internal static class DigestBuilder
{
    /// <summary>Writes a digest.</summary>
    /// <param name="item">The result.</param>
    /// <param name="spoken">What messages and calls hold.</param>
    /// <param name="elsewhere">What else stands in the prompt; what the digest holds is added to it.</param>
    public static string Write(ResultItem item, NameSet spoken, HashSet<ulong> elsewhere)
    {
        int lines = item.Original.AsSpan().Count('\n') + 1;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"[removed {lines} lines; ref {item.Reference}]");
        Outline.Append(text, item.Ingested.Text, spoken, elsewhere);
        return text.ToString();
    }
}
