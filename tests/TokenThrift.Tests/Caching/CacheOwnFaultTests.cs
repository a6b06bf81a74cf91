using System.Diagnostics.Metrics;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Logging.Testing;
using Moq;
using TokenThrift.Caching;
using TokenThrift.Caching.Answers;
using TokenThrift.Caching.Keys;
using TokenThrift.Receipts;
using TokenThrift.Requests;
using TokenThrift.Tests.TestSupport;
using TokenThrift.TestSupport;

namespace TokenThrift.Tests.Caching;

/// <summary>Whatever fails in the cache itself: the call succeeds, and nothing wrong is stored.</summary>
public sealed class CacheOwnFaultTests
{
    private const string Question = "How do I reset my password?";
    private const string Reworded = "how do i reset my password";
    private const string Another = "How do I close my account?";

    private const string OfOld =
        """{"v":1,"id":"e1","at":"2026-01-01T00:00:00+00:00","usage":[10,5,1,2,3],"response":{"messages":[{"role":"assistant","contents":[{"$type":"text","text":"of old"}]}],"finishReason":"stop"}}""";

    public static TheoryData<string, bool> Broken()
    {
        var cases = new TheoryData<string, bool>();
        foreach (string part in new[] { "embedder", "embedder later", "index search", "index add", "index remove", "comparer", "protector", "cache", "cache later" })
        {
            cases.Add(part, false);
            cases.Add(part, true);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task Part_that_throws_is_stepped_over(string part, bool streamed)
    {
        using CacheBench bench = BrokenBench(part);
        foreach (string question in new[] { Question, Another, Question, Reworded, Another })
        {
            (ChatResponse response, CacheRecord record) = await bench.AskAsync(streamed, question);
            Assert.Equal(AnswerTo(question), response.Text);
            Assert.NotNull(record);
        }

        // Where only the semantic tier is broken, identical requests and equal text are served all the same.
        Assert.Equal(part.StartsWith("cache", StringComparison.Ordinal) || part == "protector" ? 5 : 2, bench.Calls);
    }

    [Fact]
    public async Task Fault_is_counted_each_time_and_logged_once_a_minute()
    {
        var log = new FakeLogger<SemanticCachingChatClient>();
        using var meters = new MeterFactory();
        using var faults = new MetricCollector<long>(meters, ThriftTelemetry.Name, "tokenthrift.cache.faults");
        using var bench = new CacheBench(new ScriptedChatClient("a"), embedder: new Embedder(now: true), logger: log, meters: meters);
        for (int i = 0; i < 3; i++)
        {
            await bench.AskAsync(false, "question " + i);
        }

        Assert.Equal(3, faults.GetMeasurementSnapshot().Count(m => (string?)m.Tags["tokenthrift.cache.where"] == "similar"));
        Assert.Single(log.Collector.GetSnapshot());
        bench.Time.Advance(TimeSpan.FromMinutes(2));
        await bench.AskAsync(false, "a further question");
        Assert.Equal(2, log.Collector.Count);
        Assert.DoesNotContain(log.Collector.GetSnapshot(), record => record.Message.Contains("question", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("not a payload", false, false)]
    [InlineData("not a payload", true, true)]
    [InlineData(OfOld, false, false)]
    [InlineData(OfOld, true, false)]
    [InlineData("""{"v":999,"id":"e","at":"2026-01-01T00:00:00Z","response":{"messages":[{"role":"assistant","contents":[{"$type":"text","text":"from the future"}]}]}}""", false, true)]
    [InlineData("""{"v":2,"id":"e","at":"2026-01-01T00:00:00Z","response":{"messages":[]}}""", true, true)]
    public async Task Stored_form_that_cannot_be_read_or_was_not_written_by_us_is_a_miss_and_replaced(string stored, bool streamed, bool isSealed)
    {
        using var bench = new CacheBench(new ScriptedChatClient("the answer"), o => o.Secret = "s");
        string key = KeyOf(bench, Question);
        await bench.Cache.SetAsync(key, isSealed ? Seal(bench, key, stored) : stored);
        Assert.Equal("the answer", (await bench.AskAsync(streamed, Question)).Response.Text);
        Assert.Equal(CacheTier.Exact, (await bench.AskAsync(streamed, Question)).Record.Tier);
        Assert.Equal(1, bench.Calls);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Form_of_an_older_version_is_served_from_the_store(bool streamed)
    {
        using var bench = new CacheBench(new ScriptedChatClient("the answer"), o => o.Secret = "s");
        string key = KeyOf(bench, Question);
        await bench.Cache.SetAsync(key, Seal(bench, key, OfOld));
        (ChatResponse response, CacheRecord record) = await bench.AskAsync(streamed, Question);
        Assert.Equal(("of old", "e1", 0), (response.Text, record.EntryId, bench.Calls));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Shared_store_that_holds_rubbish_is_stepped_over(bool streamed)
    {
        var shared = new MemoryStore();
        using (var writer = new CacheBench(new ScriptedChatClient("the answer"), o => o.Secret = "s", shared))
        {
            await writer.AskAsync(streamed, Question);
        }

        shared.Spoil();
        using var reader = new CacheBench(new ScriptedChatClient("the answer"), o => o.Secret = "s", shared);
        Assert.Equal("the answer", (await reader.AskAsync(streamed, Question)).Response.Text);
        Assert.Equal(1, reader.Calls);
        Assert.Equal(CacheTier.Exact, (await reader.AskAsync(streamed, Question)).Record.Tier);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Answer_over_the_size_limit_is_given_to_those_who_wait_and_not_kept(bool streamed)
    {
        using var bench = new CacheBench(new ScriptedChatClient(_ => ScriptedChatClient.Answer("long " + new string('x', 500))), o => o.MaxAnswerLength = 100);
        await bench.AskAsync(streamed, Question);
        Assert.Equal(505, (await bench.AskAsync(streamed, Question)).Response.Text.Length);
        Assert.Equal(CacheTier.None, (await bench.AskAsync(streamed, Reworded)).Record.Tier);
        Assert.Equal(3, bench.Calls);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cancelled_request_leaves_nothing_behind(bool streamed)
    {
        using var stop = new CancellationTokenSource();
        using var bench = new CacheBench(new ScriptedChatClient(async (call, ct) =>
        {
            if (call.Index == 0)
            {
                await stop.CancelAsync();
                ct.ThrowIfCancellationRequested();
            }

            return ScriptedChatClient.Answer("the answer");
        }));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bench.Client.AskAsync(streamed, Question, CacheBench.For(user: "reader"), stop.Token));
        Assert.Equal(CacheTier.None, (await bench.AskAsync(streamed, Question)).Record.Tier);
        Assert.Equal(CacheTier.Exact, (await bench.AskAsync(streamed, Question)).Record.Tier);
    }

    [Fact]
    public async Task Stream_that_is_cancelled_half_way_is_not_kept()
    {
        using var bench = new CacheBench(new ScriptedChatClient("two words"));
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (ChatResponseUpdate update in bench.Client.GetStreamingResponseAsync(Question, CacheBench.For(user: "reader"), stop.Token))
            {
                Assert.Equal("two", update.Text);
                await stop.CancelAsync();
            }
        });
        Assert.Equal("two words", (await bench.AskAsync(false, Question)).Response.Text);
        Assert.Equal(2, bench.Calls);
    }

    public static TheoryData<string, bool> Cyclic()
    {
        var cases = new TheoryData<string, bool>();
        foreach (string place in new[] { "options", "message", "content", "argument", "answer" })
        {
            cases.Add(place, false);
            cases.Add(place, true);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cyclic))]
    public async Task Property_that_contains_itself_does_no_harm(string place, bool streamed)
    {
        var loop = new Dictionary<string, object?>();
        loop["itself"] = loop;
        var properties = new AdditionalPropertiesDictionary { ["loop"] = loop };
        using var bench = new CacheBench(new ScriptedChatClient(_ =>
        {
            ChatResponse answer = ScriptedChatClient.Answer("the answer");
            if (place == "answer")
            {
                answer.AdditionalProperties = answer.Messages[0].AdditionalProperties = answer.Messages[0].Contents[0].AdditionalProperties = properties;
            }

            return answer;
        }));
        ChatOptions? options = place == "options" ? new ChatOptions { AdditionalProperties = properties } : null;
        var question = new ChatMessage(ChatRole.User, Question);
        question.AdditionalProperties = place == "message" ? properties : null;
        question.Contents[0].AdditionalProperties = place == "content" ? properties : null;
        ChatMessage[] messages = place == "argument" ? [question, new(ChatRole.Assistant, [new FunctionCallContent("c", "f", loop)]), new(ChatRole.Tool, [new FunctionResultContent("c", "r")])] : [question];
        Assert.Equal("the answer", (await bench.AskAsync(streamed, messages, options)).Response.Text);
        (ChatResponse response, CacheRecord record) = await bench.AskAsync(streamed, messages, options);
        Assert.Equal("the answer", response.Text);
        Assert.Equal(place == "answer" ? (CacheTier.Exact, "hit", 1) : (CacheTier.None, "bypass-unhashable", 2), (record.Tier, record.Reason, bench.Calls));
    }

    private static string AnswerTo(string question) => TokenThrift.Text.TextFolding.AreEqual(question, Question) ? "by the settings page" : "by the account page";

    private static string KeyOf(CacheBench bench, string question) =>
        new CachePlanner(bench.Options, "test-model").Plan([new ChatMessage(ChatRole.User, question)], null, new RequestIdentity { User = bench.Asker }).ExactKey;

    private static string Seal(CacheBench bench, string key, string value) => new StoreSeal(CachePlanner.KeyOf(bench.Options.Secret!)).Close(key, value);

    private static CacheBench BrokenBench(string part)
    {
        var provider = new ScriptedChatClient(call => ScriptedChatClient.Answer(AnswerTo(call.LastText)));
        var comparer = new Mock<IAnswerComparer>();
        comparer.Setup(c => c.CompareAsync(It.IsAny<AnswerPair>(), It.IsAny<ChatOptions>(), It.IsAny<CancellationToken>())).Throws<TimeoutException>();
        var protector = new Mock<ICachePayloadProtector>();
        protector.Setup(p => p.Protect(It.IsAny<string>())).Throws<TimeoutException>();
        return part switch
        {
            "comparer" => new CacheBench(provider, o => o.Comparer = comparer.Object),
            "protector" => new CacheBench(provider, o => o.Protector = protector.Object),
            "cache" or "cache later" => new CacheBench(provider, cache: new BrokenCache(part == "cache")),
            "embedder" or "embedder later" => new CacheBench(provider, embedder: new Embedder(part == "embedder")),
            _ => new CacheBench(provider, index: new BrokenIndex(part)),
        };
    }

    private sealed class MeterFactory : IMeterFactory
    {
        private readonly List<Meter> _meters = [];

        public Meter Create(MeterOptions options)
        {
            options.Scope = this;
            var meter = new Meter(options);
            _meters.Add(meter);
            return meter;
        }

        public void Dispose() => _meters.ForEach(meter => meter.Dispose());
    }

    private sealed class Embedder(bool now) : IEmbeddingGenerator<string, Embedding<float>>
    {
        public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default) =>
            now ? throw new HttpRequestException("down") : LaterAsync();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }

        private static async Task<GeneratedEmbeddings<Embedding<float>>> LaterAsync()
        {
            await Task.Yield();
            throw new HttpRequestException("down");
        }
    }

    private sealed class BrokenIndex(string part) : ISemanticIndex
    {
        private readonly InMemorySemanticIndex _inner = new();

        public ValueTask<IReadOnlyList<SemanticMatch>> SearchAsync(SemanticQuery query, int count, CancellationToken cancellationToken = default) =>
            part == "index search" ? throw new TimeoutException() : _inner.SearchAsync(query, count, cancellationToken);

        public ValueTask AddAsync(SemanticEntry entry, CancellationToken cancellationToken = default) =>
            part == "index add" ? ValueTask.FromException(new TimeoutException()) : _inner.AddAsync(entry, cancellationToken);

        public ValueTask RemoveAsync(string partition, string id, CancellationToken cancellationToken = default) =>
            part == "index remove" ? throw new TimeoutException() : _inner.RemoveAsync(partition, id, cancellationToken);

        public ValueTask ClearAsync(CancellationToken cancellationToken = default) => _inner.ClearAsync(cancellationToken);
    }

    private sealed class BrokenCache(bool now) : HybridCache
    {
        public override ValueTask<T> GetOrCreateAsync<TState, T>(
            string key, TState state, Func<TState, CancellationToken, ValueTask<T>> factory, HybridCacheEntryOptions? options = null, IEnumerable<string>? tags = null, CancellationToken cancellationToken = default) =>
            now ? throw new TimeoutException() : ValueTask.FromException<T>(new TimeoutException());

        public override ValueTask SetAsync<T>(string key, T value, HybridCacheEntryOptions? options = null, IEnumerable<string>? tags = null, CancellationToken cancellationToken = default) =>
            now ? throw new TimeoutException() : ValueTask.FromException(new TimeoutException());

        public override ValueTask RemoveAsync(string key, CancellationToken cancellationToken = default) => throw new TimeoutException();

        public override ValueTask RemoveByTagAsync(string tag, CancellationToken cancellationToken = default) => throw new TimeoutException();
    }
}
