using Microsoft.Extensions.AI;

namespace TokenThrift.Compression;

/// <summary>What would be sent in the place of a request.</summary>
internal sealed record CompressionPlan(IReadOnlyList<ChatMessage> Messages, IReadOnlyDictionary<string, long> ByPass);
