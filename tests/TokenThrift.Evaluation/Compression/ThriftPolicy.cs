using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using TokenThrift.Compression;
using TokenThrift.Models;
using TokenThrift.Tokens;
using TokenThrift.Receipts;

namespace TokenThrift.Evaluation.Compression;

/// <summary>The product's own decorator at its defaults over a leaf that gives the recorded answer.</summary>
internal sealed class ThriftPolicy : IReplayPolicy
{
    private const long InputPrice = 1_000_000;
    private readonly Leaf _leaf = new();
    private readonly MeteringChatClient _meter;
    private readonly PromptCompressingChatClient _client;

    public ThriftPolicy(decimal read, decimal write)
    {
        var model = new ModelInfo("replay")
        {
            Prices = new ModelPrices(InputPrice, 5 * InputPrice) { CachedInput = (long)(read * InputPrice), CacheWrite = (long)(write * InputPrice) },
        };
        _meter = new MeteringChatClient(_leaf, new ModelCatalog([model]), TokenCounters.Shared, TimeProvider.System, "replay");
        _client = new PromptCompressingChatClient(_meter, new PromptCompressionOptions());
    }

    public async Task<(IReadOnlyList<ChatMessage> Messages, ChatOptions? Options)> SendAsync(IReadOnlyList<ChatMessage> request, ChatMessage answer)
    {
        _leaf.Answer = answer;
        await _client.GetResponseAsync(request);
        return (_leaf.Messages, _leaf.Options);
    }

    public void Dispose()
    {
        _client.Dispose();
        _meter.Dispose();
        _leaf.Dispose();
    }

    private sealed class Leaf : IChatClient
    {
        public ChatMessage Answer { get; set; } = new();

        public IReadOnlyList<ChatMessage> Messages { get; private set; } = [];

        public ChatOptions? Options { get; private set; }

        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            Messages = [.. messages];
            Options = options;
            return Task.FromResult(new ChatResponse(Answer) { Usage = new UsageDetails { InputTokenCount = 1, OutputTokenCount = 1 } });
        }

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            foreach (ChatResponseUpdate update in (await GetResponseAsync(messages, options, cancellationToken)).ToChatResponseUpdates())
            {
                yield return update;
            }
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
