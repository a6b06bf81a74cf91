using Microsoft.Extensions.AI;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Time.Testing;
using TokenThrift.Compression;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.Requests;
using TokenThrift.TestSupport;
using TokenThrift.Tokens;

namespace TokenThrift.Tests.Compression;

/// <summary>Moments at which the provider's prompt cache is lost anyway, so that old results can be removed for nothing.</summary>
public sealed class FreeMomentTests
{
    private static readonly ModelCatalog Catalog = new([Model("test-model"), Model("other-model")]);

    public static TheoryData<string, bool> Moments
    {
        get
        {
            var moments = new TheoryData<string, bool>();
            foreach (string moment in new[] { "none", "cold", "tools", "missed", "switched" })
            {
                moments.Add(moment, true);
                moments.Add(moment, false);
            }

            return moments;
        }
    }

    [Theory]
    [MemberData(nameof(Moments))]
    public async Task Old_results_are_removed_when_the_cache_is_lost_anyway_and_the_record_says_why(string moment, bool streamed)
    {
        using var bed = new Bed();
        await bed.RunAsync(bed.First, streamed, 14);
        Assert.All(bed.Records, record => Assert.Null(record.Epoch));
        Assert.DoesNotContain(bed.Sent, IsDigest);

        bed.Cached = moment == "missed" ? 0 : null;
        await bed.RunAsync(bed.First, streamed, 1);
        bed.Cached = null;
        bed.Time.Advance(moment == "cold" ? TimeSpan.FromDays(1) : TimeSpan.FromSeconds(1));
        bed.Options = moment == "tools" ? new ChatOptions { Tools = [AIFunctionFactory.Create(() => 1, "clock")] } : null;
        await bed.RunAsync(moment == "switched" ? bed.Client("other-model") : bed.First, streamed, 1);

        Assert.Equal(moment == "none" ? null : moment, bed.Records[^1].Epoch);
        Assert.Equal(moment != "none", bed.Sent.Any(IsDigest));
        Assert.True(moment == "none" || bed.Records[^1].TokensAfter < bed.Records[^1].TokensBefore);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_model_that_was_new_to_a_conversation_sends_the_same_bytes_after_a_restart(bool streamed)
    {
        using var bed = new Bed();
        await bed.RunAsync(bed.First, streamed, 6);
        PromptCompressingChatClient other = bed.Client("other-model");
        await bed.RunAsync(other, streamed, 14);
        UInt128[] sent = [.. bed.Sent.Select(MessageHash.Of)];

        await bed.Restarted("other-model").AskAsync(streamed, bed.Messages);

        Assert.Equal(sent, bed.Sent.Select(MessageHash.Of));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_one_instance_removed_in_a_free_moment_stays_removed_in_all(bool streamed)
    {
        using var bed = new Bed();
        PromptCompressingChatClient first = bed.Restarted("test-model");
        PromptCompressingChatClient second = bed.Restarted("test-model");
        await bed.RunAsync(first, streamed, 15);
        bed.Time.Advance(TimeSpan.FromDays(1));
        await bed.RunAsync(first, streamed, 1);
        Assert.Equal("cold", bed.Records[^1].Epoch);
        await AssertHoldsAsync(second, 9);
        bed.Time.Advance(TimeSpan.FromDays(1));
        await bed.RunAsync(second, streamed, 1);
        Assert.Equal("cold", bed.Records[^1].Epoch);

        await AssertHoldsAsync(first, 4);
        await AssertHoldsAsync(second, 1);

        async Task AssertHoldsAsync(PromptCompressingChatClient client, int calls)
        {
            for (int i = 0; i < calls; i++)
            {
                UInt128[] before = [.. bed.Sent.Select(MessageHash.Of)];
                await bed.RunAsync(client, streamed, 1);
                Assert.True(bed.Records[^1].Epoch is not null || before.SequenceEqual(bed.Sent.Take(before.Length).Select(MessageHash.Of)), $"call {i}");
                Assert.True(i > 0 || bed.Records[^1].Epoch is null, bed.Records[^1].Epoch);
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_call_is_sent_as_it_was_quoted(bool streamed)
    {
        using var bed = new Bed();
        await bed.RunAsync(bed.First, streamed, 15);
        bed.Time.Advance(TimeSpan.FromDays(1));
        bed.Messages.Call("report", "nothing new");

        CallQuote quote = await bed.First.QuoteAsync(bed.Messages, null);
        CallQuote again = await bed.First.QuoteAsync(bed.Messages, null);
        await bed.AskAsync(bed.First, streamed);

        Assert.Equal("cold", bed.Records[^1].Epoch);
        Assert.Equal(quote.InputTokens, again.InputTokens);
        Assert.Equal(quote.InputTokens, (await bed.Meter("test-model").QuoteAsync(bed.Sent, bed.SentOptions)).InputTokens);
    }

    private static bool IsDigest(ChatMessage message) =>
        message.Contents.OfType<FunctionResultContent>().Any(r => ((string)r.Result!).StartsWith("[removed", StringComparison.Ordinal));

    private static ModelInfo Model(string id) => new(id) { Prices = new ModelPrices(1_000_000, 5_000_000) { CachedInput = 100_000, CacheWrite = 1_250_000 } };

    private sealed class Bed : IDisposable
    {
        private readonly ScriptedChatClient _model;
        private readonly IDistributedCache _cache = new MemoryDistributedCache(Microsoft.Extensions.Options.Options.Create(new MemoryDistributedCacheOptions()));
        private readonly TokenCounters _counters = new();
        private readonly CompressionStore _store;
        private int _calls;

        public Bed()
        {
            _model = new ScriptedChatClient(_ =>
            {
                ChatResponse response = ScriptedChatClient.Answer("fine");
                response.Usage = Cached is null ? null : new UsageDetails { InputTokenCount = 2000, CachedInputTokenCount = Cached, OutputTokenCount = 5 };
                return response;
            });
            _store = new CompressionStore(_cache);
            First = Client("test-model");
        }

        public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 5, 0, 0, 0, TimeSpan.Zero));

        public PromptCompressingChatClient First { get; }

        public List<ChatMessage> Messages { get; } = Conversations.Start();

        public List<CompressionRecord> Records { get; } = [];

        public ChatOptions? Options { get; set; }

        /// <summary>Gets or sets what the provider says that it read from its cache.</summary>
        public long? Cached { get; set; }

        public IReadOnlyList<ChatMessage> Sent => _model.Calls[^1].Messages;

        public ChatOptions? SentOptions => _model.Calls[^1].Options;

        /// <summary>Makes a leg of one router.</summary>
        public PromptCompressingChatClient Client(string model) => Client(model, _store);

        /// <summary>Makes a client in another process, which shares only what is stored.</summary>
        public PromptCompressingChatClient Restarted(string model) => Client(model, new CompressionStore(_cache));

        public async Task RunAsync(PromptCompressingChatClient client, bool streamed, int calls)
        {
            for (int i = 0; i < calls; i++)
            {
                int n = _calls++;
                Messages.Call("report", n % 14 < 2 ? string.Join('\n', Enumerable.Range(0, 60).Select(j => $"entry {n} {j} of a report with value {(n * 7919) + (j * 104729)}")) : $"nothing new {n}");
                await AskAsync(client, streamed);
            }
        }

        public async Task AskAsync(PromptCompressingChatClient client, bool streamed)
        {
            IEnumerable<ChatMessage> request = Messages;
            ChatOptions? options = Options;
            RequestContext context = RequestContext.GetOrCreate(ref request, ref options);
            await client.AskAsync(streamed, request, options);
            Records.Add(ReceiptRecorder.Of(context).Compressions().Single());
        }

        public void Dispose() => _model.Dispose();

        public MeteringChatClient Meter(string model) => new(_model, Catalog, _counters, Time, model);

        private PromptCompressingChatClient Client(string model, CompressionStore store) =>
            new(Meter(model), new PromptCompressionOptions(), _counters, store: store, time: Time);
    }
}
