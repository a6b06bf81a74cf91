using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using TokenThrift.Caching;
using TokenThrift.Receipts;
using TokenThrift.Tests.Caching.Policy;
using TokenThrift.Tests.TestSupport;
using TokenThrift.TestSupport;

namespace TokenThrift.Tests.Caching;

public sealed class FeedbackTests
{
    [Theory]
    [InlineData(false, "here")]
    [InlineData(true, "elsewhere")]
    [InlineData(false, "elsewhere")]
    [InlineData(true, "nowhere")]
    public async Task Answer_that_was_reported_wrong_is_not_served_by_another_process_on_the_same_store(bool streamed, string reported)
    {
        bool isReported = reported != "nowhere";
        var traffic = new MadeUpTraffic(21, 12);
        var shared = new MemoryStore();
        var index = new InMemorySemanticIndex(time: new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        int topic = 0;
        string question = string.Empty;
        string answer;
        using (CacheBench first = Process())
        {
            (question, ChatResponse response) = await UntilHitAsync(first);
            answer = response.Text;
            using CacheBench elsewhere = Process();
            Assert.True(!isReported || await Feedback(reported == "here" ? first : elsewhere).ReportWrongAsync(CacheHit.Find(response)!.HitId));
        }

        // The index outlived the process, as one on a server does; what its policy had learned did not.
        using CacheBench second = Process();
        for (int hits = 0; hits < 200; hits++)
        {
            await UntilHitAsync(second);
        }

        (ChatResponse again, CacheRecord record) = await second.AskAsync(streamed, question);
        Assert.Equal(isReported ? "miss-reported-wrong" : "hit-similar", record.Reason);
        Assert.Equal(isReported, CacheHit.Find(again) is null);
        Assert.Equal(isReported, again.Text != answer);
        Assert.Equal(isReported, shared.Keys.Any(key => key.StartsWith("ttr2:", StringComparison.Ordinal)));
        Assert.DoesNotContain(shared.Keys, key => question.Split(' ').Any(word => word.Length > 4 && key.Contains(word, StringComparison.OrdinalIgnoreCase)));

        CacheBench Process() => new(
            new ScriptedChatClient(call => ScriptedChatClient.Answer(call.LastText == question ? "something else" : traffic.Right(topic))),
            o => (o.Secret, o.MaxErrorRate, o.AuditRandom) = ("s", 0.05, new Random(21)),
            shared,
            index: index);

        async Task<(string Question, ChatResponse Response)> UntilHitAsync(CacheBench bench)
        {
            var reasons = new List<string>();
            for (int i = 0; i < 1500; i++)
            {
                (topic, string asked) = traffic.Next();
                (ChatResponse response, CacheRecord record) = await bench.AskAsync(streamed, asked);
                reasons.Add(record.Reason!);
                if (record.Reason == "hit-similar")
                {
                    return (asked, response);
                }
            }

            throw new InvalidOperationException("no hit " + string.Join(", ", reasons.CountBy(reason => reason)));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Wrong_answer_to_an_identical_request_does_not_come_back_from_text_that_is_equal_after_folding(bool streamed)
    {
        using var bench = new CacheBench();
        var refresh = new ChatOptions();
        CacheRequestSettings.Refresh.Set(refresh, true);
        await bench.AskAsync(streamed, "q one");
        await bench.AskAsync(streamed, "Q one", refresh);
        Assert.True(await Feedback(bench).ReportWrongAsync(CacheHit.Find((await bench.AskAsync(streamed, "q one")).Response)!.HitId));
        int before = bench.Calls;
        Assert.Equal("miss-reported-wrong", (await bench.AskAsync(streamed, "q one")).Record.Reason);
        Assert.Equal(before + 1, bench.Calls);
    }

    [Fact]
    public async Task Report_that_the_store_does_not_take_says_so_is_logged_and_can_be_made_again()
    {
        var shared = new MemoryStore();
        var log = new FakeLogger<SemanticCachingChatClient>();
        using var bench = new CacheBench(new ScriptedChatClient("a"), o => o.Secret = "s", shared, logger: log);
        await bench.AskAsync(false, "q one");
        string hit = CacheHit.Find((await bench.AskAsync(false, "Q one")).Response)!.HitId;
        shared.IsReadOnly = true;
        Assert.False(await Feedback(bench).ReportWrongAsync(hit));
        Assert.False(await Feedback(bench).ReportWrongAsync(hit));
        Assert.Single(log.Collector.GetSnapshot(), line => line.Message.Contains("'feedback'", StringComparison.Ordinal));
        shared.IsReadOnly = false;
        Assert.True(await Feedback(bench).ReportWrongAsync(hit));
        Assert.False(await Feedback(bench).ReportWrongAsync(hit));
        Assert.Equal(CacheTier.None, (await bench.AskAsync(false, "Q one")).Record.Tier);
    }

    [Fact]
    public async Task Hit_of_one_process_is_not_taken_for_one_of_another_that_shares_nothing_with_it()
    {
        using CacheBench one = new("a");
        using CacheBench other = new("a");
        using CacheBench stranger = Process(new MemoryStore(), "another secret");
        using CacheBench sharing = Process(new MemoryStore(), "s");
        foreach (CacheBench bench in new[] { one, other, stranger, sharing })
        {
            await bench.AskAsync(false, "q one");
        }

        string hit = CacheHit.Find((await one.AskAsync(false, "q one")).Response)!.HitId;
        string shared = CacheHit.Find((await sharing.AskAsync(false, "q one")).Response)!.HitId;
        Assert.False(await Feedback(other).ReportWrongAsync(hit));
        Assert.False(await Feedback(stranger).ReportWrongAsync(shared));
        Assert.False(await Feedback(other).ReportWrongAsync(shared));
        Assert.False(await Feedback(sharing).ReportWrongAsync(shared[..^1] + (shared[^1] == 'A' ? 'B' : 'A')));
        Assert.False(await Feedback(sharing).ReportWrongAsync("x" + shared));
        Assert.Equal("hit", (await other.AskAsync(false, "q one")).Record.Reason);
        Assert.Equal("hit", (await stranger.AskAsync(false, "q one")).Record.Reason);
        Assert.Equal("hit", (await sharing.AskAsync(false, "q one")).Record.Reason);
    }

    [Theory]
    [InlineData(false, "q one")]
    [InlineData(true, "Q one")]
    public async Task Hit_can_be_reported_to_another_process_on_the_same_store(bool streamed, string question)
    {
        var store = new MemoryStore();
        using CacheBench one = Process(store, "s");
        using CacheBench other = Process(store, "s");
        await one.AskAsync(streamed, "q one");
        (ChatResponse response, CacheRecord record) = await one.AskAsync(streamed, question);
        Assert.NotEqual(CacheTier.None, record.Tier);
        Assert.True(await Feedback(other).ReportWrongAsync(CacheHit.Find(response)!.HitId));
        using CacheBench third = Process(store, "s");
        Assert.Equal(CacheTier.None, (await third.AskAsync(streamed, question)).Record.Tier);
        Assert.Equal(CacheTier.None, (await third.AskAsync(streamed, question + "!")).Record.Tier);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("x.99999999999999999999")]
    [InlineData("x.-1")]
    public async Task Id_that_names_no_hit_is_not_remembered(string id)
    {
        using var bench = new CacheBench();
        Assert.False(await Feedback(bench).ReportWrongAsync(id));
    }

    private static ICacheFeedback Feedback(CacheBench bench) => bench.Client.GetService<ICacheFeedback>()!;

    private static CacheBench Process(MemoryStore store, string secret) => new(new ScriptedChatClient("a"), o => o.Secret = secret, store);
}
