using TokenThrift.Compression.Sessions;

namespace TokenThrift.Compression;

/// <summary>What a plan depends on besides the request.</summary>
internal readonly record struct PlanTerms
{
    /// <summary>Gets the time of the call.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Gets the hashes of the history, or <see langword="null"/> to have them taken.</summary>
    public HistoryChain? History { get; init; }

    /// <summary>Gets what the log tells of the history, or <see langword="null"/> when there is none.</summary>
    public SessionLog? Log { get; init; }

    /// <summary>Gets a value indicating whether no more results may be rewritten, because originals or the log could not be kept; what cannot be sent is left out all the same.</summary>
    public bool IsKeeping { get; init; }

    /// <summary>Gets a value indicating whether the plan is only asked for a price; the call that follows uses the same plan.</summary>
    public bool IsQuote { get; init; }

    /// <summary>Gets what the model answered to <see cref="CompressionPlan.Summary"/>, or <see langword="null"/> where it was not asked.</summary>
    public string? Summary { get; init; }

    /// <summary>Gets which model was called with a history, or <see langword="null"/> where it is not known.</summary>
    public CalledModels? Called { get; init; }
}
