namespace TokenThrift.Compression.Sessions;

/// <summary>What was decided before one call: the only thing besides the history that decides what is sent.</summary>
/// <param name="Messages">How many messages the history held.</param>
/// <param name="Reason">Why: one of <see cref="EpochReason"/>.</param>
/// <param name="Folded">The new results from which parts were taken out; by their number among all tool results of the history, as <see cref="ResultItem.Ordinal"/>.</param>
/// <param name="Replaced">The old results that became digests; by the same number.</param>
/// <param name="Dropped">The messages that were left out because the input would not have fitted; by their index in the history.</param>
internal sealed record EpochEntry(int Messages, string Reason, IReadOnlyList<int> Folded, IReadOnlyList<int> Replaced, IReadOnlyList<int> Dropped)
{
    /// <summary>Gets what the model wrote of the conversation before messages were left out, or <see langword="null"/>.</summary>
    public string? Summary { get; init; }

    /// <summary>Gets a value indicating whether it only tells that the model was new to the conversation.</summary>
    public bool IsIdle => Reason == EpochReason.Switched && Folded.Count + Replaced.Count + Dropped.Count == 0;

    /// <summary>Gets a value indicating whether the provider's prompt cache was lost before it, whatever was sent.</summary>
    public bool WasCold => Reason is EpochReason.Cold or EpochReason.Missed or EpochReason.Tools or EpochReason.Switched;
}
