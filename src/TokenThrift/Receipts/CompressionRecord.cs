namespace TokenThrift.Receipts;

/// <summary>What compression did to one call.</summary>
public sealed record CompressionRecord
{
    /// <summary>Gets the number of the router's attempt that the call belongs to; 0 where there is no router.</summary>
    public int Attempt { get; init; }

    /// <summary>Gets the input tokens as the application sent them.</summary>
    public long TokensBefore { get; init; }

    /// <summary>Gets the input tokens as they went on.</summary>
    public long TokensAfter { get; init; }

    /// <summary>Gets the tokens that each pass took away from content that was new in this call, by the pass's name.</summary>
    public IReadOnlyDictionary<string, long> ByPass { get; init; } = new Dictionary<string, long>();

    /// <summary>Gets why old content was compacted in this call, or <see langword="null"/> when it was not.</summary>
    public string? Epoch { get; init; }
}
