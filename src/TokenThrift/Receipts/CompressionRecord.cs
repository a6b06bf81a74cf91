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

    /// <summary>Gets the tokens that the provider's prompt cache is expected to serve of what went on, or <see langword="null"/>; an estimate. The call's record says what was reported.</summary>
    public long? CachedTokensExpected { get; init; }

    /// <summary>Gets the tokens that it would have been expected to serve of what the application sent, or <see langword="null"/>; an estimate.</summary>
    public long? CachedTokensExpectedBefore { get; init; }

    /// <summary>Gets what is expected to be saved on the input of this call, in nUSD, or <see langword="null"/> without prices. Negative in a call that breaks the prompt cache; an estimate.</summary>
    public long? NetNanoUsd { get; init; }
}
