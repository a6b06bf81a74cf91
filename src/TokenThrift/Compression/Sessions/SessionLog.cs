using TokenThrift.Compression.Retrieval;

namespace TokenThrift.Compression.Sessions;

/// <summary>What the log tells of a history. Immutable.</summary>
/// <param name="Entries">What was decided in it, in order.</param>
/// <param name="Exchanges">What the model fetched back, by the length of the history at the call.</param>
internal sealed record SessionLog(IReadOnlyList<EpochEntry> Entries, IReadOnlyDictionary<int, IReadOnlyList<HiddenExchange>> Exchanges);
