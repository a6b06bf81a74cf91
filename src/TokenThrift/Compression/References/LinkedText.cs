namespace TokenThrift.Compression.References;

/// <summary>A result in which lines that stand in earlier results were replaced by a word on where they stand.</summary>
/// <param name="Text">The text.</param>
/// <param name="Tokens">Its tokens.</param>
/// <param name="Blocks">What was replaced.</param>
internal sealed record LinkedText(string Text, int Tokens, IReadOnlyList<RepeatedBlock> Blocks)
{
    /// <summary>Says whether it refers to one of some results.</summary>
    public bool RefersTo(HashSet<int> items) => Blocks.Any(block => items.Contains(block.Item));
}
