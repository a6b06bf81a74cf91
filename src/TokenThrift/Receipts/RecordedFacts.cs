namespace TokenThrift.Receipts;

/// <summary>All that a recorder was told of one request.</summary>
internal sealed record RecordedFacts(
    IReadOnlyList<CallRecord> Calls, IReadOnlyList<CompressionRecord> Compressions, CacheRecord? Cache, RoutingRecord? Routing);
