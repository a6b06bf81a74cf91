using Microsoft.Extensions.AI;
using TokenThrift.Caching;
using TokenThrift.Receipts;
using TokenThrift.TestSupport;

namespace TokenThrift.Tests.Caching.Policy;

public sealed class HostileStreamTests
{
    [Theory]
    [InlineData(1, 0.02)]
    [InlineData(2, 0.05)]
    public async Task Bound_holds_on_near_duplicates_bursts_and_a_model_that_errs(int seed, double bound)
    {
        using var stream = new TrafficBench(seed, topics: 20, bound, noise: 0.003);
        await stream.PlayAsync(2500);
        Assert.True(stream.Hits > 200, stream.ToString());
        Assert.True(PolicySamples.LowerBound(stream.Wrong, stream.Hits) <= bound, stream.ToString());
    }

    [Theory]
    [InlineData(3, 0.05)]
    [InlineData(4, 0.05)]
    public async Task Bound_holds_where_answers_change_and_the_partition_recovers(int seed, double bound)
    {
        using var stream = new TrafficBench(seed, topics: 20, bound, noise: 0);
        await stream.PlayAsync(1500);
        int before = stream.Hits;
        stream.Traffic.Drift(every: 5);
        await stream.PlayAsync(1500);
        int during = stream.Hits;
        await stream.PlayAsync(500);
        Assert.True(before > 100, stream.ToString());
        Assert.True(stream.Hits - during > 30, $"{before}, {during}, {stream}");
        Assert.True(PolicySamples.LowerBound(stream.Wrong, stream.Hits) <= bound, $"{before}, {during}, {stream}");
    }

    [Fact]
    public async Task Nothing_is_served_where_every_answer_is_another()
    {
        int calls = 0;
        using var bench = new CacheBench(new ScriptedChatClient(_ => ScriptedChatClient.Answer($"answer {Interlocked.Increment(ref calls)}")), o => o.MaxErrorRate = 0.05);
        var traffic = new MadeUpTraffic(5, 10);
        for (int i = 0; i < 600; i++)
        {
            (ChatResponse _, CacheRecord record) = await bench.AskAsync(i % 2 == 0, traffic.Next().Question);
            Assert.NotEqual("hit-similar", record.Reason);
        }
    }

    private sealed class TrafficBench : IDisposable
    {
        private readonly CacheBench _bench;
        private int _topic;

        public TrafficBench(int seed, int topics, double bound, double noise)
        {
            Traffic = new MadeUpTraffic(seed, topics);
            _bench = new CacheBench(
                new ScriptedChatClient(_ => ScriptedChatClient.Answer(Traffic.Say(_topic, noise))),
                o =>
                {
                    o.MaxErrorRate = bound;
                    o.AuditRandom = new Random(seed);
                });
        }

        public MadeUpTraffic Traffic { get; }

        public int Hits { get; private set; }

        public int Wrong { get; private set; }

        public async Task PlayAsync(int requests)
        {
            for (int i = 0; i < requests; i++)
            {
                (_topic, string question) = Traffic.Next();
                (ChatResponse response, CacheRecord record) = await _bench.AskAsync(i % 2 == 0, question);
                if (record.Reason == "hit-similar")
                {
                    Hits++;
                    Wrong += response.Text == Traffic.Right(_topic) ? 0 : 1;
                }
                else if (record.Reason == "miss-audit")
                {
                    // What was kept does not show: the answer is the model's own.
                    Assert.Null(CacheHit.Find(response));
                }
            }
        }

        public void Dispose() => _bench.Dispose();

        public override string ToString() => $"{Wrong} wrong of {Hits}";
    }
}
