using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Testing;
using TokenThrift.Caching;
using TokenThrift.Receipts;
using TokenThrift.Tests.TestSupport;
using TokenThrift.TestSupport;

namespace TokenThrift.Tests.Caching;

/// <summary>Helpers that hang: they are waited for so long and no longer, and break nothing.</summary>
public sealed class HelperTimeoutTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(7);

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public async Task Embedder_that_hangs_is_left_behind(bool streamed, bool heedsCancellation)
    {
        var log = new FakeLogger<SemanticCachingChatClient>();
        using var embedder = new HangingEmbedder(heedsCancellation);
        using var bench = new CacheBench(new ScriptedChatClient("a"), o => o.HelperTimeout = Limit, embedder: embedder, logger: log);
        Task<(ChatResponse Response, CacheRecord Record)> asked = bench.AskAsync(streamed, "how do I pay");
        await embedder.Called;
        Assert.False(asked.IsCompleted);
        bench.Time.Advance(Limit);
        Assert.Equal("a", (await asked.WaitAsync(TimeSpan.FromSeconds(30))).Response.Text);
        Assert.Single(log.Collector.GetSnapshot(), line => line.Exception is TimeoutException);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Comparer_that_hangs_does_not_keep_back_the_answer(bool streamed)
    {
        var log = new FakeLogger<SemanticCachingChatClient>();
        var comparer = new HangingComparer();
        int calls = 0;
        using var bench = new CacheBench(
            new ScriptedChatClient(_ => ScriptedChatClient.Answer(calls++ == 0 ? "tap pay" : "there is a button")), o => (o.HelperTimeout, o.Comparer) = (Limit, comparer), logger: log);
        await bench.AskAsync(streamed, "how do I pay for the trip");
        Task<(ChatResponse Response, CacheRecord Record)> asked = bench.AskAsync(streamed, "how do I pay for this trip");
        await comparer.Called;
        bench.Time.Advance(Limit);
        Assert.Equal("there is a button", (await asked.WaitAsync(TimeSpan.FromSeconds(30))).Response.Text);
        Assert.Single(log.Collector.GetSnapshot(), line => line.Message.Contains("'compare'", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Store_that_hangs_over_what_was_learnt_is_left_behind(bool streamed)
    {
        var log = new FakeLogger<SemanticCachingChatClient>();
        var shared = new MemoryStore { Hangs = "ttl2:" };
        using var bench = new CacheBench(new ScriptedChatClient("a"), o => (o.HelperTimeout, o.Secret) = (Limit, "s"), shared, logger: log);
        Task<(ChatResponse Response, CacheRecord Record)> asked = bench.AskAsync(streamed, "how do I pay");
        await shared.Hung;
        Assert.False(asked.IsCompleted);
        while (!asked.IsCompleted)
        {
            // Once when it is read, and once when it is written and read again.
            bench.Time.Advance(Limit);
            await Task.Delay(5);
        }

        Assert.Equal("a", (await asked).Response.Text);
        Assert.All(log.Collector.GetSnapshot(), line => Assert.IsType<TimeoutException>(line.Exception));
        Assert.Equal("hit", (await bench.AskAsync(streamed, "how do I pay")).Record.Reason);
    }

    [Fact]
    public async Task Callers_own_cancellation_passes_through()
    {
        using var embedder = new HangingEmbedder(heedsCancellation: false);
        using var bench = new CacheBench(new ScriptedChatClient("a"), embedder: embedder);
        using var cancelled = new CancellationTokenSource();
        Task<ChatResponse> asked = bench.Client.GetResponseAsync([new ChatMessage(ChatRole.User, "how do I pay")], CacheBench.For(user: "u"), cancelled.Token);
        await embedder.Called;
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(0, bench.Calls);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(25 * 86_400)]
    public void Timeout_out_of_its_limits_is_named(int seconds) =>
        Assert.StartsWith("HelperTimeout must be above zero and at most 24 days", new SemanticCachingOptions { HelperTimeout = TimeSpan.FromSeconds(seconds) }.Validate(), StringComparison.Ordinal);

    private sealed class HangingComparer : IAnswerComparer
    {
        private readonly TaskCompletionSource _called = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Called => _called.Task;

        public async ValueTask<AnswerComparison> CompareAsync(AnswerPair pair, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            _called.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return AnswerComparison.Same;
        }
    }

    private sealed class HangingEmbedder(bool heedsCancellation) : IEmbeddingGenerator<string, Embedding<float>>
    {
        private readonly TaskCompletionSource _called = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Called => _called.Task;

        public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
        {
            _called.TrySetResult();
            await Task.Delay(Timeout.Infinite, heedsCancellation ? cancellationToken : CancellationToken.None);
            return [];
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
