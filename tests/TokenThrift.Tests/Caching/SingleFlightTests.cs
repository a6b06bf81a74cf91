using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using TokenThrift.Caching;
using TokenThrift.Receipts;
using TokenThrift.Requests;
using TokenThrift.TestSupport;

namespace TokenThrift.Tests.Caching;

public sealed class SingleFlightTests
{
    private const int Many = 50;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Identical_misses_at_once_make_one_call(bool streamed)
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var bench = new CacheBench(new ScriptedChatClient(async (_, ct) =>
        {
            await gate.Task.WaitAsync(ct);
            return ScriptedChatClient.Answer("one for all");
        }));
        var asked = Enumerable.Range(0, Many).Select(_ => bench.AskAsync(streamed, "q")).ToList();
        gate.SetResult();
        (ChatResponse Response, CacheRecord Record)[] answers = await Task.WhenAll(asked);
        Assert.Equal(1, bench.Calls);
        Assert.All(answers, a => Assert.Equal("one for all", a.Response.Text));
        Assert.Single(answers, a => a.Record.Tier == CacheTier.None);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cancelled_leader_is_replaced_by_one_follower(bool streamed)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var bench = new CacheBench(new ScriptedChatClient(async (call, ct) =>
        {
            if (call.Index == 0)
            {
                started.SetResult();
                await Task.Delay(Timeout.Infinite, ct);
            }

            return ScriptedChatClient.Answer("from the second");
        }));
        using var stop = new CancellationTokenSource();
        Task<ChatResponse> leader = bench.Client.AskAsync(streamed, "q", cancellationToken: stop.Token);
        await started.Task;
        var followers = Enumerable.Range(1, Many - 1).Select(_ => bench.AskAsync(streamed, "q")).ToList();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leader);
        (ChatResponse Response, CacheRecord Record)[] answers = await Task.WhenAll(followers);
        Assert.Equal(2, bench.Calls);
        Assert.All(answers, a => Assert.Equal("from the second", a.Response.Text));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Fault_is_not_cached_and_the_next_asks_for_itself(bool streamed)
    {
        using var bench = new CacheBench(new ScriptedChatClient(call => call.Index == 0 ? throw new HttpRequestException("down") : ScriptedChatClient.Answer("up")));
        await Assert.ThrowsAsync<HttpRequestException>(() => bench.AskAsync(streamed, "q"));
        Assert.Equal("up", (await bench.AskAsync(streamed, "q")).Response.Text);
    }

    [Fact]
    public async Task Stream_that_is_left_half_way_is_not_kept_and_frees_those_who_wait()
    {
        using var bench = new CacheBench("two words");
        await foreach (ChatResponseUpdate _ in bench.Client.GetStreamingResponseAsync("q"))
        {
            break;
        }

        Assert.Equal("two words", (await bench.AskAsync(true, "q")).Response.Text);
        Assert.Equal(2, bench.Calls);
    }

    [Fact]
    public async Task Samples_at_a_high_temperature_are_not_joined()
    {
        using var bench = new CacheBench();
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => bench.AskAsync(false, "q", new ChatOptions { Temperature = 1 })));
        Assert.Equal(5, bench.Calls);
    }

    [Fact]
    public async Task Answer_that_may_not_be_kept_is_not_shared_with_those_who_wait()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var bench = new CacheBench(new ScriptedChatClient(async (_, ct) =>
        {
            await gate.Task.WaitAsync(ct);
            ChatResponse cut = ScriptedChatClient.Answer("cut");
            cut.FinishReason = ChatFinishReason.Length;
            return cut;
        }));
        var asked = Enumerable.Range(0, 4).Select(_ => bench.AskAsync(false, "q")).ToList();
        gate.SetResult();
        await Task.WhenAll(asked);
        Assert.Equal(4, bench.Calls);
    }

    [Fact]
    public async Task Leader_of_a_stream_that_stops_half_way_is_replaced_by_one_follower()
    {
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var provider = new HalfwayClient();
        using var bench = new CacheBench(new ScriptedChatClient("unused"));
        using var client = new SemanticCachingChatClient(provider, bench.Cache, timeProvider: bench.Time);
        using var stop = new CancellationTokenSource();
        Task leader = Task.Run(async () =>
        {
            await foreach (ChatResponseUpdate _ in client.GetStreamingResponseAsync("q", cancellationToken: stop.Token))
            {
                first.TrySetResult();
            }
        });
        await first.Task;
        Task<ChatResponse>[] followers = [.. Enumerable.Range(1, Many - 1).Select(i => client.AskAsync(i % 2 == 0, "q"))];
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leader);
        Assert.All(await Task.WhenAll(followers), answer => Assert.Equal("one two", answer.Text));
        Assert.Equal(2, provider.Calls);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Follower_of_a_leader_that_was_refused_asks_in_its_own_name(bool streamed)
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var askedBy = new List<string?>();
        using var bench = new CacheBench(new ScriptedChatClient(async (call, ct) =>
        {
            askedBy.Add(AmbientTask.Current?.Name);
            if (call.Index == 0)
            {
                await gate.Task.WaitAsync(ct);
                throw new Refused();
            }

            return ScriptedChatClient.Answer("an answer");
        }));
        Task<(ChatResponse Response, CacheRecord Record)> poor = AskAsync("poor");
        Task<(ChatResponse Response, CacheRecord Record)> rich = AskAsync("rich");
        gate.SetResult();
        await Assert.ThrowsAsync<Refused>(() => poor);
        Assert.Equal("an answer", (await rich).Response.Text);
        Assert.Equal(["poor", "rich"], askedBy);

        async Task<(ChatResponse Response, CacheRecord Record)> AskAsync(string task)
        {
            using AmbientTaskScope scope = AmbientTask.Begin(task);
            return await bench.AskAsync(streamed, "q");
        }
    }

    [Fact]
    public async Task Leader_whose_reader_walks_away_does_not_hold_up_the_others_for_longer_than_the_wait()
    {
        using var provider = new HalfwayClient();
        using var bench = new CacheBench(new ScriptedChatClient("unused"));
        using var client = new SemanticCachingChatClient(provider, bench.Cache, timeProvider: bench.Time);
        IAsyncEnumerator<ChatResponseUpdate> left = client.GetStreamingResponseAsync("q").GetAsyncEnumerator();
        Assert.True(await left.MoveNextAsync());
        Task<ChatResponse> follower = client.AskAsync(false, "q");
        bench.Time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal("one two", (await follower).Text);
        await left.DisposeAsync();
    }

    private sealed class Refused() : CallRefusedException("refused");

    /// <summary>Sends one word and, the first time, then waits until it is cancelled.</summary>
    private sealed class HalfwayClient : IChatClient
    {
        private int _calls;

        public int Calls => Volatile.Read(ref _calls);

        public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            await GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            int call = Interlocked.Increment(ref _calls);
            yield return new ChatResponseUpdate(ChatRole.Assistant, "one");
            await Task.Delay(call == 1 ? Timeout.Infinite : 1, cancellationToken);
            yield return new ChatResponseUpdate(ChatRole.Assistant, " two") { FinishReason = ChatFinishReason.Stop };
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
