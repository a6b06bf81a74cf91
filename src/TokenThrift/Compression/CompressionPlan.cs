using Microsoft.Extensions.AI;
using TokenThrift.Compression.Sessions;
using TokenThrift.Compression.Summaries;

namespace TokenThrift.Compression;

/// <summary>What would be sent in the place of a request.</summary>
internal sealed record CompressionPlan(
    IReadOnlyList<ChatMessage> Messages, ChatOptions? Options, IReadOnlyDictionary<string, long> ByPass, Conversation Conversation, string? Epoch)
{
    /// <summary>Gets the prices that were decided with, or <see langword="null"/>.</summary>
    public PriceRatios? Prices { get; init; }

    /// <summary>Gets the tokens of the messages as the application sent them.</summary>
    public int TokensBefore { get; init; }

    /// <summary>Gets the tokens of the messages as they are sent.</summary>
    public int TokensAfter { get; init; }

    /// <summary>Gets what was decided anew; it belongs into the log before the request is sent.</summary>
    public IReadOnlyList<EpochEntry> NewEntries { get; init; } = [];

    /// <summary>Gets what to ask the model before messages are left out, or <see langword="null"/> for nothing; with the answer it is planned again.</summary>
    public SummaryRequest? Summary { get; init; }

    /// <summary>Gets the usage of the call for a summary, or <see langword="null"/>.</summary>
    public UsageDetails? SummaryUsage { get; init; }

    /// <summary>
    /// Gets the history without its last message, where all of it had to be read, or <see langword="null"/>. Other requests
    /// often share that much and nothing more, and need not read it again.
    /// </summary>
    public Conversation? Opening { get; init; }
}
