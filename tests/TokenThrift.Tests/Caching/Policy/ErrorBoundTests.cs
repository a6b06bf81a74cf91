using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Testing;
using TokenThrift.Caching;
using TokenThrift.Receipts;
using TokenThrift.TestSupport;

namespace TokenThrift.Tests.Caching.Policy;

/// <summary>What the bound is a share of, and what one request can do to it, through the whole client.</summary>
public sealed class ErrorBoundTests
{
    private const double Bound = 0.02;

    [Theory]
    [InlineData(false, 31)]
    [InlineData(true, 32)]
    public async Task Bound_on_requests_is_kept_and_serves_more_than_one_on_served_answers(bool streamed, int seed)
    {
        using var served = new BoundBench(seed, streamed, ErrorRateBasis.Served);
        await served.PlayAsync(1500);
        using var requests = new BoundBench(seed, streamed, ErrorRateBasis.Requests);
        await requests.PlayAsync(1500);
        Assert.True(requests.Hits > served.Hits, $"{requests}; served: {served}");
        Assert.True(PolicySamples.LowerBound(requests.Wrong, 1500) <= Bound, requests.ToString());
        Assert.True(PolicySamples.LowerBound(served.Wrong, served.Hits) <= Bound, served.ToString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Request_that_asks_for_less_gets_surer_hits_only_and_one_that_asks_for_more_gets_no_other(bool streamed)
    {
        using var bench = new BoundBench(33, streamed, ErrorRateBasis.Served);
        await bench.PlayAsync(1500);
        var tight = new List<double>();
        var usual = new List<double>();
        var loose = new List<double>();
        for (int i = 0; i < 400; i++)
        {
            await bench.PlayAsync(1, tight, Bound / 20);
            await bench.PlayAsync(1, usual);
            await bench.PlayAsync(1, loose, 0.5);
        }

        Assert.True(usual.Count > 50, $"{usual.Count}");
        Assert.True(tight.Count < usual.Count / 2, $"{tight.Count} of {usual.Count}");
        Assert.True(tight.Count == 0 || tight.Max() < usual.Max());
        Assert.InRange(loose.Count, usual.Count * 0.75, usual.Count * 1.25);
        Assert.True(PolicySamples.LowerBound(bench.Wrong, bench.Hits) <= Bound, bench.ToString());
    }

    [Fact]
    public async Task Of_many_streams_hardly_one_is_clearly_over_the_bound_and_all_together_keep_it()
    {
        const int Streams = 40;
        (int hits, int wrong, int over) = await PolicySamples.PlayManyAsync(Enumerable.Range(100, Streams), Bound, async seed =>
        {
            using var bench = new BoundBench(seed, streamed: seed % 2 == 0, ErrorRateBasis.Served);
            await bench.PlayAsync(2000);
            return (bench.Hits, bench.Wrong);
        });
        Assert.True(hits > 200 * Streams, $"{hits}");
        Assert.True(wrong <= Bound * hits, $"{wrong} of {hits}");
        Assert.InRange(over, 0, Streams / 20);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Concurrent_traffic_meets_no_fault(bool streamed)
    {
        using var bench = new BoundBench(34, streamed, ErrorRateBasis.Served);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => bench.PlayAsync(300))));
        Assert.True(bench.Hits > 50, bench.ToString());

        // What comes first is chance here, and one such stream in twenty may be over the bound by chance.
        Assert.True(PolicySamples.LowerBound(bench.Wrong, bench.Hits) <= 2 * Bound, bench.ToString());
        Assert.Empty(bench.Log.Collector.GetSnapshot());
    }

    [Fact]
    public async Task Same_traffic_and_draws_make_the_same_decisions()
    {
        using var once = new BoundBench(35, streamed: false, ErrorRateBasis.Served);
        await once.PlayAsync(1000);
        using var again = new BoundBench(35, streamed: false, ErrorRateBasis.Served);
        await again.PlayAsync(1000);
        Assert.True(once.Hits > 50, once.ToString());
        Assert.Equal(once.Reasons, again.Reasons);
    }

    private sealed class BoundBench : IDisposable
    {
        private readonly MadeUpTraffic _traffic;
        private readonly CacheBench _bench;
        private readonly Random _random;
        private readonly Lock _lock = new();
        private readonly AsyncLocal<int> _topic = new();
        private readonly bool _streamed;

        public BoundBench(int seed, bool streamed, ErrorRateBasis basis)
        {
            _streamed = streamed;
            _random = new Random(seed);
            _traffic = new MadeUpTraffic(seed, 20);
            _bench = new CacheBench(
                new ScriptedChatClient(_ => ScriptedChatClient.Answer(_traffic.Right(_topic.Value))),
                o => (o.MaxErrorRate, o.ErrorRateBasis, o.AuditRandom) = (Bound, basis, new Random(seed)),
                logger: Log);
        }

        public FakeLogger<SemanticCachingChatClient> Log { get; } = new();

        public List<string?> Reasons { get; } = [];

        public int Hits { get; private set; }

        public int Wrong { get; private set; }

        public async Task PlayAsync(int requests, List<double>? errors = null, double? maxErrorRate = null)
        {
            for (int i = 0; i < requests; i++)
            {
                (int topic, string question) = Next();
                _topic.Value = topic;
                ChatOptions options = CacheBench.For(user: "reader");
                if (maxErrorRate is { } rate)
                {
                    CacheRequestSettings.MaxErrorRate.Set(options, rate);
                }

                (ChatResponse response, CacheRecord record) = await _bench.AskAsync(_streamed, question, options);
                Count(record.Reason, response.Text == _traffic.Right(topic));
                if (record.Reason == "hit-similar")
                {
                    errors?.Add(record.EstimatedError!.Value);
                }
            }
        }

        public void Dispose() => _bench.Dispose();

        public override string ToString() => $"{Wrong} wrong of {Hits}";

        // Of some topics the question does not tell which of two answers is right.
        private (int Topic, string Question) Next()
        {
            lock (_lock)
            {
                (int topic, string question) = _traffic.Next();
                return (topic >= _traffic.Topics / 2 && _random.NextDouble() < 0.1 ? topic ^ 1 : topic, question);
            }
        }

        private void Count(string? reason, bool isRight)
        {
            lock (_lock)
            {
                Reasons.Add(reason);
                Hits += reason == "hit-similar" ? 1 : 0;
                Wrong += reason == "hit-similar" && !isRight ? 1 : 0;
            }
        }
    }
}
