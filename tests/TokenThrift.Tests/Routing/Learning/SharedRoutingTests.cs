using Microsoft.Extensions.AI;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TokenThrift.Routing;
using TokenThrift.Tests.TestSupport;
using TokenThrift.TestSupport;
using static TokenThrift.Tests.Routing.RoutingTestKit;

namespace TokenThrift.Tests.Routing.Learning;

/// <summary>What the router learns outlives a process and is shared by processes, where there is a secret and a store.</summary>
public class SharedRoutingTests
{
    [Theory]
    [InlineData(false, 1, 100)]
    [InlineData(true, 1, 100)]
    [InlineData(false, 4, 200)]
    [InlineData(true, 4, 200)]
    [InlineData(false, 3, int.MaxValue)]
    public async Task Promise_is_earned_by_processes_that_come_and_go(bool streamed, int processes, int restartEvery)
    {
        Assert.Equal(0, await ServedCheaplyAsync(null));
        Assert.InRange(await ServedCheaplyAsync(new MemoryStore()), 30, 100);

        // Of the last hundred of a thousand requests; every fifth is audited, and an audit is answered by the dear model.
        async Task<int> ServedCheaplyAsync(IDistributedCache? store)
        {
            using var fleet = new RouterFleet(store, processes, o => (o.QualityFloor, o.AuditShare) = (new QualityFloor(0.9, 0.9), 0.2));
            int cheap = 0;
            for (int i = 0; i < 1_000; i++)
            {
                if (i > 0 && i % restartEvery == 0)
                {
                    fleet.Restart();
                }

                cheap += await fleet.AskAsync(streamed) == "cheap" && i >= 900 ? 1 : 0;
            }

            // Without the store no process lives long enough, but for one that is never replaced.
            return store is null && restartEvery == int.MaxValue ? 0 : cheap;
        }
    }

    [Fact]
    public async Task Restart_stands_where_the_last_process_stood()
    {
        var store = new MemoryStore();
        using var fleet = new RouterFleet(store, configure: Promise);
        for (int i = 0; i < 700; i++)
        {
            await TeachAsync(fleet, i, cheap: IsEasy(i) ? 1 : 0);
        }

        await fleet[0].ExplainAsync([new(ChatRole.User, "hello")]);
        QualityCertificate before = fleet[0].Certificates()["cheap"];
        double[] predicted = await PredictedAsync(fleet);
        fleet.Restart();
        Assert.Empty(fleet[0].Certificates());

        double[] again = await PredictedAsync(fleet);
        QualityCertificate after = fleet[0].Certificates()["cheap"];
        Assert.InRange(after.Pairs, 340, 350);
        Assert.True(before.IsCertified);
        Assert.InRange(after.StrongShare, before.StrongShare - 0.08, before.StrongShare + 0.08);
        Assert.All(predicted.Zip(again), pair => Assert.InRange(pair.Second, pair.First - 0.1, pair.First + 0.1));
        Assert.True(again.Max() - again.Min() > 0.3, "what is hard is told from what is easy");
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Broken_promise_is_remembered(bool streamed)
    {
        using var fleet = new RouterFleet(new MemoryStore(), configure: o => (o.QualityFloor, o.AuditShare) = (new QualityFloor(0.95), 0));
        for (int i = 0; i < 1_000; i++)
        {
            await TeachAsync(fleet, 3 * i, cheap: i < 600 ? 1 : 0);
            Assert.True(i != 599 || fleet[0].Certificates()["cheap"].IsCertified);
        }

        Assert.False(fleet[0].Certificates()["cheap"].IsCertified);
        fleet.Restart();
        Assert.Equal("dear", await fleet.AskAsync(streamed));
        Assert.False(fleet[0].Certificates()["cheap"].IsCertified);
        Assert.InRange(fleet[0].Certificates()["cheap"].Pairs, 0, 250);
    }

    [Fact]
    public async Task Promise_that_one_process_sees_broken_is_given_up_by_the_others()
    {
        using var fleet = new RouterFleet(new MemoryStore(), processes: 2, configure: o => (o.QualityFloor, o.AuditShare) = (new QualityFloor(0.95), 0));
        for (int i = 0; i < 600; i++)
        {
            await TeachAsync(fleet, 3 * i, cheap: 1);
        }

        await ExchangeAsync(fleet, process: 1);
        Assert.True(fleet[1].Certificates()["cheap"].IsCertified);
        for (int i = 0; i < 400; i++)
        {
            await TeachAsync(fleet, 3 * i, cheap: 0);
        }

        await ExchangeAsync(fleet, process: 1);
        Assert.False(fleet[1].Certificates()["cheap"].IsCertified);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Model_that_never_passes_is_not_tried_anew_by_each_process(bool streamed)
    {
        int[] wasted = [await TriedAsync(null), await TriedAsync(new MemoryStore())];
        Assert.True(wasted[1] * 2 < wasted[0], string.Join(", ", wasted));

        // The cheap model costs a half: it pays only where it passes more often than every second time.
        async Task<int> TriedAsync(IDistributedCache? store)
        {
            int tried = 0;
            using var fleet = new RouterFleet(store, price: 2, configure: o => o.Checks.Add(AnswerCheck.From("right", c => c.Text == "right" ? CheckResult.Pass : CheckResult.Fail("wrong"))))
            {
                Cheap = _ =>
                {
                    tried++;
                    return "wrong";
                },
            };
            for (int i = 0; i < 1_000; i++)
            {
                if (i % 50 == 0)
                {
                    fleet.Restart();
                }

                Assert.Equal("dear", await fleet.AskAsync(streamed));
            }

            return tried;
        }
    }

    [Fact]
    public async Task Nothing_is_kept_in_clear_or_without_an_end()
    {
        var store = new MemoryStore();
        using var fleet = new RouterFleet(store, configure: Promise);
        for (int i = 0; i < 100; i++)
        {
            await TeachAsync(fleet, i, cheap: 1);
        }

        Assert.NotEmpty(store.Keys);
        Assert.All(["question", "usual", "right", "cheap", "dear", "shared", "\"q\"", "payroll"], word => Assert.DoesNotContain(word, store.All, StringComparison.OrdinalIgnoreCase));
        Assert.All(store.Lives.Values, life => Assert.InRange(life, TimeSpan.FromTicks(1), TimeSpan.FromDays(30)));
    }

    [Fact]
    public async Task Without_a_secret_nothing_is_kept()
    {
        var store = new MemoryStore();
        using var router = new CheapestCapableChatClient(
            [Leg("cheap", 1, new ScriptedChatClient("right")), Leg("dear", 20, new ScriptedChatClient("right"))],
            new RoutingOptions { QualityFloor = new QualityFloor(0.9), AuditShare = 1 }, store: store);
        for (int i = 0; i < 50; i++)
        {
            await router.GetResponseAsync($"question {i}");
        }

        Assert.Empty(store.Keys);
    }

    [Fact]
    public void Secret_without_a_store_is_said_in_the_log_and_an_empty_one_is_refused()
    {
        using var fleet = new RouterFleet(null);
        Assert.Contains("no distributed cache", Assert.Single(fleet.Log.Collector.GetSnapshot()).Message, StringComparison.Ordinal);
        Assert.Contains("Secret must not be empty", Assert.Throws<ArgumentException>("options", () => new CheapestCapableChatClient([Leg("a", 1, new ScriptedChatClient("a"))], new RoutingOptions { Secret = string.Empty })).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("secret")]
    [InlineData("model")]
    [InlineData("check")]
    public async Task What_is_learnt_with_another_secret_model_or_check_is_not_taken_over(string other)
    {
        using var fleet = new RouterFleet(new MemoryStore(), configure: Promise);
        for (int i = 0; i < 100; i++)
        {
            await TeachAsync(fleet, i, cheap: 1);
        }

        fleet.Restart(
            o =>
            {
                if (other == "check")
                {
                    o.Checks.Add(AnswerCheck.From("another", _ => CheckResult.Pass));
                }
            },
            secret: other == "secret" ? "another" : "shared",
            cheap: other == "model" ? "cheap-2" : "cheap");
        await fleet.AskAsync(streamed: false);
        Assert.Empty(fleet[0].Certificates());

        fleet.Restart();
        await fleet.AskAsync(streamed: false);
        Assert.InRange(fleet[0].Certificates()["cheap"].Pairs, 45, 50);
    }

    [Fact]
    public async Task Pairs_are_kept_for_another_promise_but_what_its_monitor_saw_is_not()
    {
        using var fleet = new RouterFleet(new MemoryStore(), configure: Promise);
        for (int i = 0; i < 700; i++)
        {
            // Good enough for nine tenths, and broken for ninety-nine hundredths.
            await TeachAsync(fleet, i, cheap: i % 20 == 3 ? 0 : 1);
        }

        fleet.Restart(o => o.QualityFloor = new QualityFloor(0.8, 0.9));
        await fleet.AskAsync(streamed: false);
        Assert.InRange(fleet[0].Certificates()["cheap"].Pairs, 340, 350);
        Assert.Equal(0.8, fleet[0].Certificates()["cheap"].Floor.Quality);
        fleet.Restart(o => o.QualityFloor = null);
        await fleet.AskAsync(streamed: false);
        Assert.Empty(fleet[0].Certificates());
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Store_that_fails_breaks_no_request(bool streamed)
    {
        var store = new MemoryStore();
        using var fleet = new RouterFleet(store, configure: Promise);
        await TeachAsync(fleet, 0, cheap: 1);
        store.Spoil();
        store.IsReadOnly = true;
        fleet.Restart();
        for (int i = 0; i < 60; i++)
        {
            await fleet.AskAsync(streamed);
            await TeachAsync(fleet, i, cheap: 1);
        }

        // Of what is learnt and of conversations; one for reading, one for writing a minute, and sixty requests take a minute here.
        Assert.InRange(fleet.Log.Collector.GetSnapshot().Count(entry => entry.Level == LogLevel.Warning), 2, 6);
        store.IsReadOnly = false;
        fleet.Time.Advance(TimeSpan.FromMinutes(2));
        for (int i = 0; i < 20; i++)
        {
            await TeachAsync(fleet, i, cheap: 1);
        }

        fleet.Restart();
        await fleet.AskAsync(streamed);
        Assert.InRange(fleet[0].Certificates()["cheap"].Pairs, 30, 40);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Store_that_hangs_is_waited_for_once(bool streamed)
    {
        var store = new MemoryStore { Hangs = "tokenthrift:routing" };
        using var fleet = new RouterFleet(store, configure: Promise);
        Task<string> first = fleet.AskAsync(streamed);
        await store.Hung;
        Assert.False(first.IsCompleted);
        await WaitAsync(first);

        // From now on only where something is to be exchanged, and then not again for a minute.
        Assert.Equal("dear", await fleet.AskAsync(streamed));
        Task taught = TeachAsync(fleet, 1, cheap: 1);
        await WaitAsync(taught);
        for (int i = 0; i < 20; i++)
        {
            Task more = TeachAsync(fleet, i, cheap: 1);
            Assert.True(more.IsCompletedSuccessfully);
        }

        async Task WaitAsync(Task task)
        {
            while (!task.IsCompleted)
            {
                fleet.Time.Advance(TimeSpan.FromSeconds(1));
                await Task.Delay(1);
            }

            await task;
        }
    }

    [Fact]
    public async Task Caller_who_gives_up_while_it_is_written_has_the_answer()
    {
        using var stop = new CancellationTokenSource();
        var store = new MemoryStore();
        using var fleet = new RouterFleet(store, configure: o => (o.QualityFloor, o.AuditShare) = (new QualityFloor(0.9), 1));
        await fleet[0].ExplainAsync([new(ChatRole.User, "hello")]);
        store.Hangs = "tokenthrift:routing";
        Task<ChatResponse> asked = fleet[0].GetResponseAsync("question", cancellationToken: stop.Token);
        await store.Hung;
        await stop.CancelAsync();
        Assert.Equal("right", (await asked).Text);
    }

    [Fact]
    public async Task Segment_cannot_be_read_under_another_name()
    {
        var store = new MemoryStore();
        using var fleet = new RouterFleet(store, configure: Promise);
        for (int i = 0; i < 130; i++)
        {
            await TeachAsync(fleet, i, cheap: 1);
        }

        string[] segments = [.. store.Keys.Where(key => key.Split(':').Length > 3).Order()];
        Assert.True(segments.Length >= 2);
        store.Set(segments[1], store.Get(segments[0])!, new DistributedCacheEntryOptions { AbsoluteExpirationRelativeToNow = TimeSpan.FromDays(1) });
        fleet.Restart();
        await fleet.AskAsync(streamed: false);
        Assert.InRange(fleet[0].Certificates()["cheap"].Pairs, 1, 33);
        Assert.Contains(fleet.Log.Collector.GetSnapshot(), entry => entry.Message.Contains("recall", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Real_engine_keeps_what_is_learnt()
    {
        using var engine = new GarnetEngine();
        using (var fleet = new RouterFleet(engine.Connect(), processes: 2, configure: Promise))
        {
            for (int i = 0; i < 200; i++)
            {
                await TeachAsync(fleet, i, cheap: 1, process: i % 2);
            }
        }

        using var later = new RouterFleet(engine.Connect(), configure: Promise);
        await later.AskAsync(streamed: false);
        Assert.InRange(later[0].Certificates()["cheap"].Pairs, 92, 100);
        Assert.All((await engine.LivesAsync()).Values, life => Assert.InRange(life!.Value, TimeSpan.Zero, TimeSpan.FromDays(30)));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Container_with_a_store_hands_it_to_the_router(bool streamed)
    {
        var store = new MemoryStore();
        await AskAsync(20);
        Assert.Contains(store.Keys, key => key.StartsWith("tokenthrift:routing:", StringComparison.Ordinal));
        Assert.InRange(await AskAsync(1), 8, 11);

        async Task<int> AskAsync(int requests)
        {
            using ServiceProvider services = new ServiceCollection().AddSingleton<IDistributedCache>(store).AddTokenThrift(thrift =>
            {
                (thrift.Routing.Secret, thrift.Routing.QualityFloor, thrift.Routing.AuditShare) = ("shared", new QualityFloor(0.9), 1);
                thrift.AddModel("gpt-4o-mini", _ => new ScriptedChatClient("right"));
                thrift.AddModel("gpt-4o", _ => new ScriptedChatClient("right"));
            }).BuildServiceProvider();
            IChatClient client = services.GetRequiredService<IChatClient>();
            for (int i = 0; i < requests; i++)
            {
                await client.AskAsync(streamed, $"{Guid.NewGuid()} question {i}");
            }

            return client.GetService<CheapestCapableChatClient>()!.Certificates().GetValueOrDefault("gpt-4o-mini")?.Pairs ?? 0;
        }
    }

    private static void Promise(RoutingOptions options) => (options.QualityFloor, options.AuditShare) = (new QualityFloor(0.9, 0.9), 0);

    private static bool IsEasy(int number) => number % 3 != 0;

    private static ChatMessage[] Question(int number) =>
        [new(ChatRole.User, IsEasy(number) ? $"add up the payroll of branch {number} as usual" : $"prove that the conjecture {number} about primes holds for tall towers")];

    private static Task TeachAsync(RouterFleet fleet, int number, double cheap, int process = 0)
    {
        fleet.Time.Advance(TimeSpan.FromSeconds(1));
        return fleet[process].LearnAsync(new RoutingOutcome(Question(number), null, new Dictionary<string, double> { ["cheap"] = cheap, ["dear"] = 1 })
        {
            Answers = new Dictionary<string, ChatResponse> { ["cheap"] = new(new ChatMessage(ChatRole.Assistant, "right")) },
        });
    }

    // Whoever learns something itself hears of the others, by and by.
    private static async Task ExchangeAsync(RouterFleet fleet, int process)
    {
        for (int i = 0; i < 16; i++)
        {
            fleet.Time.Advance(TimeSpan.FromSeconds(1));
            await fleet[process].LearnAsync(new RoutingOutcome(Question(i), null, new Dictionary<string, double> { ["dear"] = 1 }));
        }
    }

    private static async Task<double[]> PredictedAsync(RouterFleet fleet)
    {
        var predicted = new List<double>();
        for (int i = 2_000; i < 2_030; i++)
        {
            RoutingDecision decision = await fleet[0].ExplainAsync(Question(i));
            predicted.Add(decision.Candidates.Concat(decision.Excluded).Single(c => c.Model.Id == "cheap").PredictedQuality);
        }

        return [.. predicted];
    }
}
