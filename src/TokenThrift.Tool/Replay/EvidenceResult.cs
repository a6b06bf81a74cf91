namespace TokenThrift.Replay;

/// <summary>What was left of the evidence of one answer.</summary>
/// <param name="Total">The pieces of evidence that the original request held.</param>
/// <param name="Missed">Those that the sent request no longer held.</param>
/// <param name="Missing">The tool results that must be fetched back, each once: the latest that held a missed piece.</param>
internal sealed record EvidenceResult(int Total, int Missed, IReadOnlyList<(string CallId, string Text)> Missing);
