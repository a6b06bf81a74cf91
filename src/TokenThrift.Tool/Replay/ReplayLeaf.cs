using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace TokenThrift.Replay;

/// <summary>The provider of a replay: answers each call with the recorded message and bills what reached it.</summary>
internal sealed class ReplayLeaf(ReplaySerializer serializer, string modelId, decimal read, decimal write) : IChatClient
{
    private readonly List<ReplayBill> _bills = [];
    private ReplayBilling _billing = new(read, write);
    private ChatMessage _answer = new(ChatRole.Assistant, string.Empty);

    /// <summary>Gets the messages of the last call that arrived, or <see langword="null"/> when the call under way has not arrived (a cache answered it).</summary>
    public IReadOnlyList<ChatMessage>? Sent { get; private set; }

    /// <summary>Gets the pieces of the last call that arrived.</summary>
    public IReadOnlyList<ReplayPiece> SentPieces { get; private set; } = [];

    /// <summary>Gets what the calls cost that arrived since the last <see cref="Expect"/>.</summary>
    public IReadOnlyList<ReplayBill> Bills => _bills;

    public void BeginEpisode() => _billing = new ReplayBilling(read, write);

    /// <summary>Says what the next call is answered with.</summary>
    public void Expect(ChatMessage answer)
    {
        _answer = answer;
        Sent = null;
        SentPieces = [];
        _bills.Clear();
    }

    /// <summary>What fetching a removed item back costs after the last call.</summary>
    public ReplayBill Retrieve(string item) => _billing.Retrieval(SentPieces, serializer.Count(item));

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        Sent = [.. messages];
        SentPieces = serializer.Pieces(Sent, options);
        ReplayBill bill = _billing.Bill(SentPieces);
        _bills.Add(bill);
        return Task.FromResult(new ChatResponse(_answer)
        {
            ModelId = modelId,
            FinishReason = _answer.Contents.OfType<FunctionCallContent>().Any() ? ChatFinishReason.ToolCalls : ChatFinishReason.Stop,
            Usage = new UsageDetails
            {
                InputTokenCount = bill.InputTokens,
                OutputTokenCount = serializer.CountMessage(_answer),
                CachedInputTokenCount = bill.PrefixTokens,
                AdditionalCounts = new() { ["CacheCreationInputTokens"] = bill.InputTokens - bill.PrefixTokens },
            },
        });
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (ChatResponseUpdate update in (await GetResponseAsync(messages, options, cancellationToken).ConfigureAwait(false)).ToChatResponseUpdates())
        {
            yield return update;
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is null && serviceType == typeof(ChatClientMetadata) ? new ChatClientMetadata("replay", null, modelId) : null;

    public void Dispose()
    {
    }
}
