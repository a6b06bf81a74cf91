namespace TokenThrift.Compression;

/// <summary>One way to make a tool's result smaller before it is first sent.</summary>
/// <remarks>
/// A pass must be a pure function of its input: the same text gives the same bytes on any machine, or the provider's
/// prompt cache breaks. It may throw; the text is then left as it was. Implementations are safe for concurrent use.
/// </remarks>
public interface ICompressionPass
{
    /// <summary>Gets the name under which receipts count what the pass saved, such as <c>json</c>.</summary>
    string Name { get; }

    /// <summary>Gets a value indicating whether nothing that a reader could use is lost; if it is, the original is kept and can be retrieved.</summary>
    bool IsLossless { get; }

    /// <summary>Rewrites a text.</summary>
    /// <param name="input">The text and what it is.</param>
    /// <returns>The smaller text, or <see langword="null"/> when the pass has nothing to do.</returns>
    string? Apply(CompressionInput input);
}
