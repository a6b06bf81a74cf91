using Microsoft.Extensions.AI;

namespace TokenThrift.Receipts;

/// <summary>What a call sent, kept until the request's receipt is written and never longer.</summary>
/// <param name="Messages">The messages.</param>
/// <param name="Options">The options, or <see langword="null"/>.</param>
internal sealed record SentPrompt(IReadOnlyList<ChatMessage> Messages, ChatOptions? Options);
