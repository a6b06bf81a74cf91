using System.Globalization;
using System.Text;
using TokenThrift.Tokens;

namespace TokenThrift.Compression.Sessions;

/// <summary>Writes what stays of a removed result: its size, its reference, and what in it is likely to be asked for again.</summary>
internal static class DigestBuilder
{
    /// <summary>Writes a digest.</summary>
    /// <param name="item">The result.</param>
    /// <param name="counter">The counter, uncalibrated.</param>
    /// <param name="spoken">What messages and calls hold.</param>
    /// <param name="elsewhere">What else stands in the prompt; what the digest holds is added to it.</param>
    public static Digest Build(ResultItem item, ITokenCounter counter, NameSet spoken, HashSet<ulong> elsewhere)
    {
        string reference = item.Reference;
        int lines = item.Original.AsSpan().Count('\n') + 1;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"[removed {lines} lines; ref {reference}]");
        Outline.Append(text, item.Ingested.Text, spoken, elsewhere);
        string result = text.ToString();
        return new Digest(reference, result, counter.CountText(result));
    }
}
