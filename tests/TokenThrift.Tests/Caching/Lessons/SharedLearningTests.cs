using Microsoft.Extensions.AI;
using TokenThrift.Caching;
using TokenThrift.Tests.Caching.Policy;
using TokenThrift.Tests.TestSupport;
using TokenThrift.TestSupport;

namespace TokenThrift.Tests.Caching.Lessons;

/// <summary>Processes on one store, and those that come after them: what one has learnt the others know.</summary>
public sealed class SharedLearningTests
{
    private const double Bound = Deployment.Bound;

    [Theory]
    [InlineData(false, 51)]
    [InlineData(true, 52)]
    public async Task Process_that_begins_goes_on_where_the_last_one_stood(bool streamed, int seed)
    {
        using var kept = new Deployment(seed, streamed, processes: 1);
        await kept.PlayAsync(1500);
        int before = kept.Hits;
        kept.Restart();
        await kept.PlayAsync(100);
        Assert.True(before > 200, kept.ToString());
        Assert.True(kept.Hits - before > 40, kept.ToString());
        Assert.True(PolicySamples.LowerBound(kept.Wrong, kept.Hits) <= Bound, kept.ToString());
        Assert.Empty(kept.Log.Collector.GetSnapshot());

        // The same without anything in common: what it takes to begin anew.
        using var lost = new Deployment(seed, streamed, processes: 1);
        await lost.PlayAsync(1500);
        before = lost.Hits;
        lost.Restart(secret: "another");
        await lost.PlayAsync(100);
        Assert.InRange(lost.Hits - before, 0, 2);
    }

    [Theory]
    [InlineData(false, 53)]
    [InlineData(true, 54)]
    public async Task Processes_learn_from_one_another(bool streamed, int seed)
    {
        using var together = new Deployment(seed, streamed, processes: 8);
        await together.PlayAsync(800);
        using var alone = new Deployment(seed, streamed, processes: 1);
        await alone.PlayAsync(100);
        Assert.True(together.Hits > 100, together.ToString());
        Assert.InRange(alone.Hits, 0, 2);
        Assert.True(PolicySamples.LowerBound(together.Wrong, together.Hits) <= Bound, together.ToString());
        Assert.Empty(together.Log.Collector.GetSnapshot());
    }

    [Fact]
    public async Task Bound_is_kept_by_many_processes_that_come_and_go()
    {
        const int Streams = 10;
        (int hits, int wrong, int over) = await PolicySamples.PlayManyAsync(Enumerable.Range(200, Streams), Bound, async seed =>
        {
            using var deployment = new Deployment(seed, streamed: seed % 2 == 0, processes: 1 + (seed % 4), ambiguous: true);
            for (int i = 0; i < 5; i++)
            {
                await deployment.PlayAsync(400);
                deployment.Restart();
            }

            return (deployment.Hits, deployment.Wrong);
        });
        Assert.True(hits > 200 * Streams, $"{hits}");
        Assert.True(wrong <= Bound * hits, $"{wrong} of {hits}");
        Assert.InRange(over, 0, 1);
    }

    [Fact]
    public async Task Answers_that_change_are_found_out_by_all()
    {
        using var deployment = new Deployment(55, streamed: false, processes: 3, bound: 0.05);
        await deployment.PlayAsync(1500);
        int before = deployment.Hits;
        deployment.Traffic.Drift(every: 5);
        await deployment.PlayAsync(1500);
        int during = deployment.Hits;
        deployment.Restart();
        await deployment.PlayAsync(500);
        Assert.True(before > 100, deployment.ToString());
        Assert.True(deployment.Hits - during > 30, $"{before}, {during}, {deployment}");
        Assert.True(PolicySamples.LowerBound(deployment.Wrong, deployment.Hits) <= 0.05, $"{before}, {during}, {deployment}");
    }

    [Fact]
    public async Task Concurrent_processes_meet_no_fault()
    {
        using var deployment = new Deployment(56, streamed: true, processes: 3);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => deployment.PlayAsync(250))));
        Assert.True(deployment.Hits > 50, deployment.ToString());
        Assert.True(PolicySamples.LowerBound(deployment.Wrong, deployment.Hits) <= 2 * Bound, deployment.ToString());
        Assert.Empty(deployment.Log.Collector.GetSnapshot());
    }

    [Fact]
    public async Task Question_stands_in_the_store_for_nobody_to_read()
    {
        var shared = new MemoryStore();
        using var bench = new CacheBench(new ScriptedChatClient("an answer"), o => o.Secret = "s", shared);
        await bench.AskAsync(false, "who is the accountant of the walrus");
        Assert.Contains(shared.Keys, key => key.StartsWith("ttl2:", StringComparison.Ordinal));
        Assert.DoesNotContain("walrus", shared.All, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Store_that_was_spoilt_or_cannot_be_written_costs_what_was_learnt_and_nothing_else(bool streamed)
    {
        var store = new MemoryStore();
        using var deployment = new Deployment(57, streamed, processes: 2, store: store);
        await deployment.PlayAsync(600);
        store.Spoil();
        deployment.Restart();
        await deployment.PlayAsync(100);
        store.IsReadOnly = true;
        await deployment.PlayAsync(100);
        Assert.Equal(800, deployment.Requests);
        Assert.True(PolicySamples.LowerBound(deployment.Wrong, deployment.Hits) <= Bound, deployment.ToString());
    }

    [Fact]
    public async Task Other_comparer_or_embedder_learns_for_itself()
    {
        using var deployment = new Deployment(58, streamed: false, processes: 1);
        await deployment.PlayAsync(1500);
        int before = deployment.Hits;
        deployment.Restart(configure: o => o.Comparer = new EqualText());
        await deployment.PlayAsync(100);
        Assert.Equal(before, deployment.Hits);
    }

    [Fact]
    public async Task What_was_learnt_of_questions_ends_with_the_answers_and_what_is_numbers_later()
    {
        var shared = new MemoryStore();
        using var bench = new CacheBench(new ScriptedChatClient("an answer"), o => (o.Secret, o.TimeToLive) = ("s", TimeSpan.FromHours(2)), shared);
        for (int i = 0; i < 40; i++)
        {
            await bench.AskAsync(false, $"what is the colour of thing number {i}");
            bench.Time.Advance(TimeSpan.FromMinutes(10));
        }

        TimeSpan[] lives = [.. shared.Lives.Where(entry => entry.Key.StartsWith("ttl2:", StringComparison.Ordinal)).Select(entry => entry.Value).Distinct().Order()];
        Assert.All(lives, life => Assert.True(life <= TimeSpan.FromHours(2) || life > TimeSpan.FromDays(20), $"{life}"));
        Assert.Contains(lives, life => life <= TimeSpan.FromHours(2));
        Assert.Contains(lives, life => life > TimeSpan.FromDays(20));
    }

    private sealed class EqualText : IAnswerComparer
    {
        public ValueTask<AnswerComparison> CompareAsync(AnswerPair pair, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(pair.Answer == pair.KeptAnswer ? AnswerComparison.Same : AnswerComparison.Different);
    }
}
