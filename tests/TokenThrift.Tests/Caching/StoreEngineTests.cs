using Microsoft.Extensions.AI;
using TokenThrift.Caching;
using TokenThrift.Receipts;
using TokenThrift.Tests.Caching.Lessons;
using TokenThrift.TestSupport;

namespace TokenThrift.Tests.Caching;

/// <summary>Processes that share a real store, by the client that applications use for it.</summary>
public sealed class StoreEngineTests : IDisposable
{
    private readonly GarnetEngine _engine = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Answer_of_one_process_is_served_by_another_and_taken_back_for_both(bool streamed)
    {
        using CacheBench one = Process("from one");
        await one.AskAsync(streamed, "Which way is north?");
        using CacheBench other = Process("from the other");
        (ChatResponse response, CacheRecord record) = await other.AskAsync(!streamed, "Which way is north?");
        Assert.Equal(("from one", CacheTier.Exact), (response.Text, record.Tier));
        (response, record) = await other.AskAsync(streamed, "which way is NORTH");
        Assert.Equal(("from one", "hit-folded"), (response.Text, record.Reason));

        Assert.True(await one.Client.GetService<ICacheFeedback>()!.ReportWrongAsync(CacheHit.Find(response)!.HitId));
        using CacheBench late = Process("from a late one");
        Assert.Equal("from a late one", (await late.AskAsync(streamed, "which way is NORTH")).Response.Text);
    }

    [Theory]
    [InlineData(false, 61)]
    [InlineData(true, 62)]
    public async Task What_was_learnt_outlives_the_processes(bool streamed, int seed)
    {
        using var deployment = new Deployment(seed, streamed, processes: 2, store: _engine.Connect());
        await deployment.PlayAsync(700);
        int before = deployment.Hits;
        deployment.Restart();
        await deployment.PlayAsync(100);
        Assert.True(deployment.Hits - before > 40, $"{before}, {deployment}");
        Assert.Empty(deployment.Log.Collector.GetSnapshot());
        IReadOnlyDictionary<string, TimeSpan?> lives = await _engine.LivesAsync();
        Assert.Contains(lives.Keys, key => key.StartsWith("ttl2:", StringComparison.Ordinal));
        Assert.All(lives, entry => Assert.NotNull(entry.Value));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Store_that_goes_away_breaks_no_call(bool streamed)
    {
        using CacheBench bench = Process("an answer");
        await bench.AskAsync(streamed, "Which way is south?");
        _engine.Stop();
        Assert.Equal("an answer", (await bench.AskAsync(streamed, "Which way is east?")).Response.Text);
        Assert.Equal("hit", (await bench.AskAsync(streamed, "Which way is south?")).Record.Reason);
        using CacheBench begun = Process("an answer of its own");
        Assert.Equal("an answer of its own", (await begun.AskAsync(streamed, "Which way is south?")).Response.Text);
    }

    public void Dispose() => _engine.Dispose();

    private CacheBench Process(string answer) => new(new ScriptedChatClient(answer), o => o.Secret = "shared", _engine.Connect());
}
