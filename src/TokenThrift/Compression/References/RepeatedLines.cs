using TokenThrift.Compression.Sessions;

namespace TokenThrift.Compression.References;

/// <summary>Which lines of earlier results later ones refer to, each line once however many refer to it.</summary>
internal sealed class RepeatedLines
{
    private readonly Dictionary<int, List<(int First, int End)>> _byItem = [];

    /// <summary>Takes in what a result refers to.</summary>
    public void Add(LinkedText linked)
    {
        foreach (RepeatedBlock block in linked.Blocks)
        {
            if (!_byItem.TryGetValue(block.Item, out List<(int First, int End)>? ranges))
            {
                _byItem[block.Item] = ranges = [];
            }

            ranges.Add((block.ItemLine, block.ItemLine + block.Count));
        }
    }

    /// <summary>Returns about how many tokens of a result would have to be written out elsewhere if it were removed.</summary>
    /// <param name="number">The number of the result.</param>
    /// <param name="item">The result.</param>
    public long TokensOf(int number, ResultItem item)
    {
        if (!_byItem.TryGetValue(number, out List<(int First, int End)>? ranges))
        {
            return 0;
        }

        ranges.Sort();
        long characters = 0;
        int end = 0;
        foreach ((int first, int last) in ranges)
        {
            int from = Math.Max(first, end);
            if (last > from)
            {
                characters += item.Lines.Range(from, last - from).Length + 1;
                end = last;
            }
        }

        return Math.Min(item.Tokens, characters * item.Tokens / Math.Max(1, item.Text.Length));
    }
}
