namespace TokenThrift.Compression.References;

/// <summary>Finds the lines of a text that stand in earlier results.</summary>
internal static class RepeatedBlocks
{
    // In characters: a shorter block is hardly longer than the words that would stand for it.
    private const int ShortestBlock = 240;

    /// <summary>Finds blocks, in order and without overlap.</summary>
    /// <param name="text">The new text.</param>
    /// <param name="index">The earlier lines.</param>
    /// <param name="earlier">Gives the lines of an earlier result.</param>
    public static List<RepeatedBlock> Find(TextLines text, LineIndex index, Func<int, TextLines> earlier)
    {
        var blocks = new List<RepeatedBlock>();
        ulong[] keys = text.Keys;
        for (int i = 0; i < keys.Length; i++)
        {
            if (!index.TryFind(keys[i], out (int Item, int Line) place))
            {
                continue;
            }

            RepeatedBlock block = Extend(text, i, earlier(place.Item), place);
            if (block.Count >= Math.Min(TextLines.Window, text.Count) && text.Range(i, block.Count).Length >= ShortestBlock)
            {
                blocks.Add(block);
                i += block.Count - 1;
            }
        }

        return blocks;
    }

    /// <summary>Writes a line of an earlier result in the form in which it is repeated; <see langword="null"/> where it cannot have that form.</summary>
    public static string? Render(ReadOnlySpan<char> line, RepeatedForm form, int shift) => form switch
    {
        RepeatedForm.Same => line.ToString(),
        RepeatedForm.Unnumbered => LineNumber.TryRead(line, out LineNumber number) ? line[(number.Width + 1)..].ToString() : null,
        _ => LineNumber.TryRead(line, out LineNumber number) ? string.Concat(number.Plus(shift), line[number.Width..]) : null,
    };

    // The first line says how the block is to be read; it goes as far as all lines agree.
    private static RepeatedBlock Extend(TextLines text, int first, TextLines target, (int Item, int Line) place)
    {
        (RepeatedForm form, int shift) = FormOf(text[first], target[place.Line]);
        int most = Math.Min(text.Count - first, target.Count - place.Line);
        int count = 0;
        while (count < most && IsRepeated(text[first + count], target[place.Line + count], form, shift))
        {
            count++;
        }

        return new RepeatedBlock(first, count, place.Item, place.Line, form, shift);
    }

    private static (RepeatedForm Form, int Shift) FormOf(ReadOnlySpan<char> line, ReadOnlySpan<char> target) =>
        line.SequenceEqual(target) || !LineNumber.TryRead(target, out LineNumber there) ? (RepeatedForm.Same, 0)
        : LineNumber.TryRead(line, out LineNumber here) ? (RepeatedForm.Renumbered, here.Value - there.Value)
        : (RepeatedForm.Unnumbered, 0);

    private static bool IsRepeated(ReadOnlySpan<char> line, ReadOnlySpan<char> target, RepeatedForm form, int shift) =>
        form == RepeatedForm.Same ? line.SequenceEqual(target) : Render(target, form, shift) is { } rendered && line.SequenceEqual(rendered);
}
