using Microsoft.Extensions.AI;
using TokenThrift.Caching;
using TokenThrift.Receipts;
using TokenThrift.TestSupport;

namespace TokenThrift.Tests.Caching.Policy;

public sealed class SimilarHitTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Hit_says_what_it_is_and_once_reported_wrong_never_comes_back(bool streamed)
    {
        using var traffic = new WarmTraffic(streamed);
        (ChatResponse response, CacheRecord record, string question) = await traffic.UntilHitAsync();
        CacheHit hit = CacheHit.Find(response)!;
        Assert.Equal((CacheTier.Semantic, record.EntryId), (hit.Tier, hit.EntryId));
        Assert.InRange(hit.EstimatedError, 1e-6, 0.5);
        Assert.True(await traffic.Bench.Client.GetService<ICacheFeedback>()!.ReportWrongAsync(hit.HitId));
        int before = traffic.Bench.Calls;
        (ChatResponse again, CacheRecord reason) = await traffic.Bench.AskAsync(streamed, question);
        Assert.Equal(before + 1, traffic.Bench.Calls);
        Assert.Null(CacheHit.Find(again));
        Assert.StartsWith("miss", reason.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Request_tightens_the_bound_and_cannot_loosen_it(bool streamed)
    {
        using var traffic = new WarmTraffic(streamed);
        await traffic.UntilHitAsync();
        int tight = 0;
        int loose = 0;
        double most = 0;
        for (int i = 0; i < 150; i++)
        {
            tight += (await traffic.AskAsync(0)).Record.Reason == "hit-similar" ? 1 : 0;
            (ChatResponse _, CacheRecord record, string _) = await traffic.AskAsync(1);
            loose += record.Reason == "hit-similar" ? 1 : 0;
            most = Math.Max(most, record.Tier == CacheTier.Semantic ? record.EstimatedError ?? 0 : 0);
        }

        Assert.Equal(0, tight);
        Assert.True(loose > 0);
        Assert.InRange(most, 0, 0.5);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Number_that_differs_is_vetoed_with_its_reason(bool streamed)
    {
        using var traffic = new WarmTraffic(streamed);
        (ChatResponse _, CacheRecord _, string question) = await traffic.UntilHitAsync();
        await traffic.Bench.AskAsync(streamed, question + " 5");
        var reasons = new List<string?>();
        foreach (int number in Enumerable.Range(10, 12))
        {
            reasons.Add((await traffic.Bench.AskAsync(streamed, $"{question} {number}")).Record.Reason);
        }

        Assert.DoesNotContain("hit-similar", reasons);
        Assert.Contains(reasons, reason => reason?.StartsWith("guard-", StringComparison.Ordinal) is true);
    }

    private sealed class WarmTraffic(bool streamed) : IDisposable
    {
        private readonly MadeUpTraffic _traffic = new(21, 12);
        private CacheBench? _bench;
        private int _topic;

        public CacheBench Bench => _bench ??= new CacheBench(
            new ScriptedChatClient(_ => ScriptedChatClient.Answer(_traffic.Right(_topic))),
            o =>
            {
                o.MaxErrorRate = 0.05;
                o.AuditRandom = new Random(21);
            });

        public async Task<(ChatResponse Response, CacheRecord Record, string Question)> AskAsync(double? maxErrorRate = null)
        {
            (_topic, string question) = _traffic.Next();
            ChatOptions options = CacheBench.For(user: "reader");
            if (maxErrorRate is { } rate)
            {
                CacheRequestSettings.MaxErrorRate.Set(options, rate);
            }

            (ChatResponse response, CacheRecord record) = await Bench.AskAsync(streamed, question, options);
            return (response, record, question);
        }

        public async Task<(ChatResponse Response, CacheRecord Record, string Question)> UntilHitAsync()
        {
            for (int i = 0; i < 1500; i++)
            {
                (ChatResponse response, CacheRecord record, string question) = await AskAsync();
                if (record.Reason == "hit-similar")
                {
                    return (response, record, question);
                }
            }

            throw new InvalidOperationException("no hit");
        }

        public void Dispose() => _bench?.Dispose();
    }
}
