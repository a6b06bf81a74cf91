using System.Globalization;
using System.Text;
using TokenThrift.Tokens;

namespace TokenThrift.Compression.References;

/// <summary>
/// Says where lines of a new result stand already, instead of sending them once more. Nothing is lost: what a reference
/// names is earlier in the same prompt and stays there as long as the reference does.
/// </summary>
internal static class BackReferences
{
    public const string PassName = "repeats";
    private const string Mark = " repeated here";
    private const int LongestQuote = 60;
    private const int SmallestShare = 20;

    /// <summary>Replaces the repeated lines of a text.</summary>
    /// <param name="text">The text as it would be sent.</param>
    /// <param name="tokens">Its tokens.</param>
    /// <param name="index">The earlier lines.</param>
    /// <param name="earlier">Gives the lines of an earlier result.</param>
    /// <param name="nameOf">Gives the words by which the model is told of an earlier result, such as <c>result 3 (read a.cs)</c>.</param>
    /// <param name="counter">The counter, uncalibrated.</param>
    /// <returns>The text with references, or <see langword="null"/> where it would not be clearly smaller.</returns>
    public static LinkedText? Link(TextLines text, int tokens, LineIndex index, Func<int, TextLines> earlier, Func<int, string> nameOf, ITokenCounter counter)
    {
        // A text that speaks as our references do could be mistaken for one.
        if (text.Text.Contains(Mark, StringComparison.Ordinal))
        {
            return null;
        }

        List<RepeatedBlock> blocks = RepeatedBlocks.Find(text, index, earlier);
        string? linked = blocks.Count == 0 ? null : Write(text, blocks, nameOf);
        if (linked is null || linked.Length >= text.Text.Length)
        {
            return null;
        }

        int left = counter.CountText(linked);
        return (long)(tokens - left) * SmallestShare < tokens ? null : new LinkedText(linked, left, blocks);
    }

    private static string Write(TextLines lines, List<RepeatedBlock> blocks, Func<int, string> nameOf)
    {
        var result = new StringBuilder();
        int next = 0;
        foreach (RepeatedBlock block in blocks)
        {
            if (block.First > next)
            {
                result.Append(lines.Range(next, block.First - next)).Append('\n');
            }

            result.Append(CultureInfo.InvariantCulture, $"[lines {block.ItemLine + 1}-{block.ItemLine + block.Count} of {nameOf(block.Item)}{Mark}");
            result.Append(block.Form switch
            {
                RepeatedForm.Renumbered => string.Create(CultureInfo.InvariantCulture, $", numbers {block.Shift:+0;-0}"),
                RepeatedForm.Unnumbered => ", without line numbers",
                _ => string.Empty,
            });
            result.Append(Quote(lines, block)).Append("]\n");
            next = block.First + block.Count;
        }

        if (next < lines.Count)
        {
            return result.Append(lines.Range(next, lines.Count - next)).ToString();
        }

        result.Length--;
        return result.ToString();
    }

    // The first words of the block, by which it is found again without counting lines.
    private static string Quote(TextLines lines, RepeatedBlock block)
    {
        for (int i = block.First; i < block.First + block.Count; i++)
        {
            ReadOnlySpan<char> line = LineNumber.Without(lines[i]).Trim();
            if (!line.IsEmpty)
            {
                int length = Math.Min(line.Length, LongestQuote);
                return $": {line[..(length - (char.IsHighSurrogate(line[length - 1]) ? 1 : 0))]} …";
            }
        }

        return string.Empty;
    }
}
