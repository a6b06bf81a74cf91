namespace TokenThrift.TestSupport;

/// <summary>A call of a tool as it crosses the wire.</summary>
public sealed record LoopbackToolCall(string Id, string Name, string ArgumentsJson);
