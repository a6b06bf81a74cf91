using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;
using TokenThrift.Compression;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.Requests;
using TokenThrift.Tokens;

namespace TokenThrift.Evaluation.Compression;

/// <summary>The product's own decorator at its defaults over a leaf that gives the recorded answer.</summary>
internal sealed partial class ThriftPolicy : IReplayPolicy
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

    public async Task<(int Removed, int GivenBack)> RoundTripAsync(IReadOnlyList<ChatMessage> request)
    {
        _leaf.Answer = new ChatMessage(ChatRole.Assistant, "Done.");
        ChatMessage[] asked = [.. request, new ChatMessage(ChatRole.User, "And now?")];
        await _client.GetResponseAsync(asked);
        string[] references = [.. _leaf.Messages.SelectMany(m => m.Contents).OfType<FunctionResultContent>()
            .SelectMany(r => Reference().Matches(ContentText.Of(r.Result))).Select(m => m.Groups[1].Value).Distinct(StringComparer.Ordinal)];
        if (references.Length == 0)
        {
            return (0, 0);
        }

        // The model asks for everything at once; what it is given stands in the next call.
        _leaf.Next = new ChatMessage(ChatRole.Assistant, [.. references.Select((reference, i) =>
            new FunctionCallContent($"retrieve_{i}", "thrift_retrieve", new Dictionary<string, object?> { ["ref"] = reference }))]);
        await _client.GetResponseAsync(asked);
        HashSet<string> originals = [.. request.SelectMany(m => m.Contents).OfType<FunctionResultContent>().Select(r => ContentText.Of(r.Result))];
        Dictionary<string, string> given = _leaf.Messages[^1].Contents.OfType<FunctionResultContent>().ToDictionary(r => r.CallId, r => ContentText.Of(r.Result));
        int back = references.Where((reference, i) => given.TryGetValue($"retrieve_{i}", out string? text) && originals.Contains(text)
            && reference[3..] == Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..12]).Count();
        return (references.Length, back);
    }

    public void Dispose()
    {
        _client.Dispose();
        _meter.Dispose();
        _leaf.Dispose();
    }

    [GeneratedRegex(@"\[removed[^\]]*ref (tt-[0-9a-f]{12})\]")]
    private static partial Regex Reference();

    private sealed class Leaf : IChatClient
    {
        public ChatMessage Answer { get; set; } = new();

        /// <summary>Gets or sets an answer that is given once, before <see cref="Answer"/>.</summary>
        public ChatMessage? Next { get; set; }

        public IReadOnlyList<ChatMessage> Messages { get; private set; } = [];

        public ChatOptions? Options { get; private set; }

        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            Messages = [.. messages];
            Options = options;
            ChatMessage answer = Next ?? Answer;
            Next = null;
            return Task.FromResult(new ChatResponse(answer) { Usage = new UsageDetails { InputTokenCount = 1, OutputTokenCount = 1 } });
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
