using Microsoft.Extensions.AI;
using TokenThrift.Compression.Sessions;

namespace TokenThrift.Compression;

/// <summary>What would be sent in the place of a request.</summary>
internal sealed record CompressionPlan(
    IReadOnlyList<ChatMessage> Messages, ChatOptions? Options, IReadOnlyDictionary<string, long> ByPass, Conversation Conversation, string? Epoch);
