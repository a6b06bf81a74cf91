using Microsoft.Extensions.AI;
using TokenThrift.Caching;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.TestSupport;

namespace TokenThrift.Tests.Caching.Policy;

public sealed class JudgeEconomyTests
{
    private const int Lessons = 200;
    private const double Bound = 0.05;

    [Fact]
    public void First_lessons_are_all_taken_and_then_it_must_pay()
    {
        var economy = new JudgeEconomy();
        Ask(economy, Lessons, new NanoUsd(10));
        Assert.Equal(0.01, economy.Probability(0.1));
        economy.Served(new NanoUsd(100));
        Assert.Equal((1, 0.2), (economy.Probability(0.1), economy.Probability(0.9)));
        Ask(economy, 5, new NanoUsd(10));
        Assert.Equal(0.01, economy.Probability(0.1));
    }

    [Fact]
    public void Fiftieth_part_of_what_the_first_answers_cost_is_staked_and_no_more()
    {
        var economy = new JudgeEconomy();
        Ask(economy, Lessons, new NanoUsd(10));
        for (int i = 0; i < 20_000; i++)
        {
            economy.Answered(new NanoUsd(100));
        }

        // 10,000 answers at 100: a stake of 20,000, which is 2,000 calls.
        for (int i = 0; i < 2000; i++)
        {
            Assert.Equal(1, economy.Probability(0.1));
            economy.Asked(new NanoUsd(10));
        }

        Assert.Equal(0.01, economy.Probability(0.1));
    }

    [Fact]
    public void Where_a_price_is_not_known_ever_fewer_are_asked()
    {
        var economy = new JudgeEconomy();
        Ask(economy, 7, null);
        Ask(economy, 993, new NanoUsd(10));
        Assert.Equal(1, economy.Probability(0.1));
        Ask(economy, 3000, new NanoUsd(10));
        Assert.Equal(0.25, economy.Probability(0.1));
        Assert.Equal(0.05, economy.Probability(0.9), 1e-9);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Where_nothing_repeats_the_judge_costs_its_lessons_and_its_stake(bool streamed)
    {
        using var bench = new JudgeBench(1, streamed, "gpt-5.5", repeating: 0);
        await bench.PlayAsync(2500);
        Assert.Equal(0, bench.Hits);
        Assert.InRange(bench.SpentAfterLessons, 1, bench.Stake + (60 * bench.JudgePrice));
    }

    [Theory]
    [InlineData(2, false, "gpt-5.4-nano", 500)]
    [InlineData(3, true, "gpt-5.5", 1)]
    public async Task Judge_costs_no_more_than_its_lessons_its_stake_and_half_of_what_it_brings(int seed, bool streamed, string judge, int leastHits)
    {
        using var bench = new JudgeBench(seed, streamed, judge, repeating: 0.3);
        await bench.PlayAsync(5000);
        Assert.True(bench.Hits >= leastHits, bench.ToString());
        Assert.True(PolicySamples.LowerBound(bench.Wrong, bench.Hits) <= Bound, bench.ToString());

        // One in a hundred is asked about whatever it costs, and audits are checks: they are always paid for.
        Assert.InRange(bench.SpentAfterLessons, 1, (bench.Saved / 2) + bench.Stake + ((bench.Audits + 60) * bench.JudgePrice));
    }

    private static void Ask(JudgeEconomy economy, int times, NanoUsd? cost)
    {
        for (int i = 0; i < times; i++)
        {
            economy.Asked(cost);
        }
    }

    private sealed class JudgeBench : IDisposable
    {
        private readonly MadeUpTraffic _traffic;
        private readonly CacheBench _bench;
        private readonly bool _streamed;
        private readonly double _repeating;
        private readonly Random _random;
        private readonly ModelPrices _modelPrices = ModelCatalog.Default.Find("gpt-5.5")!.Prices;
        private readonly ModelPrices _judgePrices;
        private int _topic;

        public JudgeBench(int seed, bool streamed, string judge, double repeating)
        {
            _streamed = streamed;
            _repeating = repeating;
            _random = new Random(seed);
            _traffic = new MadeUpTraffic(seed, 40);
            _judgePrices = ModelCatalog.Default.Find(judge)!.Prices;
            Judge = new ScriptedChatClient(call =>
            {
                string[] topics = [.. call.LastText.Split('\n').Where(line => line.Contains("answer: ", StringComparison.Ordinal)).Select(line => line.Split(' ').Single(word => word.StartsWith("qo", StringComparison.Ordinal)))];
                return ScriptedChatClient.Answer(topics[0] == topics[1] ? "SAME" : "DIFFERENT", 200, 1, judge);
            });
            _bench = new CacheBench(
                new ScriptedChatClient(_ => ScriptedChatClient.Answer(Say(), 40, 10, "gpt-5.5")),
                o =>
                {
                    o.MaxErrorRate = Bound;
                    o.AuditRandom = new Random(seed);
                    o.Comparer = new ChatClientAnswerComparer(Judge);
                });
        }

        public ScriptedChatClient Judge { get; }

        public int Hits { get; private set; }

        public int Wrong { get; private set; }

        public int Audits { get; private set; }

        public long Saved => Hits * ModelPrice;

        public long Stake => _bench.Calls * ModelPrice / 50;

        public long JudgePrice => UsageCost.Of(new TokenUsage { Input = 200, Output = 1 }, _judgePrices)!.Value.Value;

        private long ModelPrice => UsageCost.Of(new TokenUsage { Input = 40, Output = 10 }, _modelPrices)!.Value.Value;

        public long SpentAfterLessons => (Judge.Calls.Count - Lessons) * JudgePrice;

        public async Task PlayAsync(int requests)
        {
            for (int i = 0; i < requests; i++)
            {
                (_topic, string question) = _traffic.Next();
                if (_random.NextDouble() >= _repeating)
                {
                    (_topic, question) = (1000 + i, $"how would one {Words(3)} {Name(1000 + i)} today");
                }

                (ChatResponse response, CacheRecord record) = await _bench.AskAsync(_streamed, question);
                if (record.Reason == "hit-similar")
                {
                    Hits++;
                    Wrong += response.Text.Split(' ').Contains(Name(_topic)) ? 0 : 1;
                }

                Audits += record.Audit is null ? 0 : 1;
            }
        }

        // Some words of many, in any order, and one that tells: no two answers read alike, and only the judge can tell.
        private string Say() => $"{Words(5)} {Name(_topic)} {Words(5)}";

        private string Words(int count) => string.Join(' ', Enumerable.Range(0, count).Select(_ => $"{(char)('a' + _random.Next(26))}emo"));

        private static string Name(int topic) => $"qo{string.Concat($"{topic}".Select(digit => (char)('a' + digit - '0')))}";

        public void Dispose() => _bench.Dispose();

        public override string ToString() => $"{Wrong} wrong of {Hits}, {Judge.Calls.Count} judged, {Audits} audits, spent {SpentAfterLessons} of {Saved}";
    }
}
