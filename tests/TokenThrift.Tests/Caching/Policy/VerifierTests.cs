using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Testing;
using TokenThrift.Caching;
using TokenThrift.Receipts;
using TokenThrift.TestSupport;

namespace TokenThrift.Tests.Caching.Policy;

public sealed class VerifierTests
{
    private const double Bound = 0.02;

    // So many accepted without a wrong one bring Wilson's upper bound below the error bound.
    private const int Fewest = 130;

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public async Task Verifier_that_knows_brings_more_hits_within_the_bound_once_it_has_proved_itself(int seed, bool streamed)
    {
        using var without = new VerifierBench(seed, streamed, verify: null);
        await without.PlayAsync(2500);
        using var with = new VerifierBench(seed, streamed, isRight => isRight);
        await with.PlayAsync(2500);
        Assert.True(with.Verified > 50, with.ToString());
        Assert.True(with.Hits > without.Hits + 50, $"{with}; without: {without}");
        Assert.True(with.AcceptedBeforeFirst >= Fewest, $"{with.AcceptedBeforeFirst}");
        Assert.True(PolicySamples.LowerBound(with.Wrong, with.Hits) <= Bound, with.ToString());
    }

    [Theory]
    [InlineData(3, 1.0)]
    [InlineData(4, 0.5)]
    [InlineData(5, 0.1)]
    public async Task Bound_holds_with_a_verifier_that_accepts_what_is_wrong(int seed, double carelessness)
    {
        var random = new Random(seed);
        using var bench = new VerifierBench(seed, streamed: seed % 2 == 0, isRight => isRight || random.NextDouble() < carelessness);
        await bench.PlayAsync(2000);
        Assert.True(bench.Verifier.Calls.Count > 100);
        Assert.True(PolicySamples.LowerBound(bench.Wrong, bench.Hits) <= Bound, bench.ToString());
    }

    [Fact]
    public async Task Verifier_that_was_trusted_and_turns_careless_is_found_out()
    {
        bool isCareless = false;
        using var bench = new VerifierBench(7, streamed: false, isRight => isRight || isCareless);
        await bench.PlayAsync(2000);
        Assert.True(bench.Verified > 50, bench.ToString());
        string before = bench.ToString();
        isCareless = true;
        await bench.PlayAsync(2000);
        Assert.True(PolicySamples.LowerBound(bench.Wrong, bench.Hits) <= Bound, $"{before}; then {bench}");
    }

    [Fact]
    public async Task Verifier_that_accepts_nothing_is_asked_ever_less_and_costs_no_hits()
    {
        using var without = new VerifierBench(6, streamed: false, verify: null);
        await without.PlayAsync(2500);
        using var bench = new VerifierBench(6, streamed: false, _ => false);
        await bench.PlayAsync(2500);
        Assert.Equal((0, without.Hits), (bench.Verified, bench.Hits));
        Assert.InRange(bench.Verifier.Calls.Count, 100, 1200);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Verifier_that_fails_once_it_is_trusted_makes_misses_and_is_logged_once(bool streamed)
    {
        bool isDown = false;
        using var bench = new VerifierBench(2, streamed, isRight => isDown ? throw new InvalidOperationException("down") : isRight);
        await bench.PlayAsync(2500);
        Assert.True(bench.Verified > 0);
        int before = bench.Verified;
        isDown = true;
        bench.Reasons.Clear();
        await bench.PlayAsync(400);
        Assert.Equal(before, bench.Verified);
        Assert.Contains("miss-unverified", bench.Reasons);
        Assert.Single(bench.Log.Collector.GetSnapshot(), line => line.Message.Contains("'verify'", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("gpt-5.5", 10, 5)]
    [InlineData("a-model-nobody-knows", 2000, 500)]
    public async Task Verifier_is_not_asked_where_it_costs_more_than_it_saves_or_where_nobody_knows(string verifierModel, int input, int output)
    {
        using var bench = new VerifierBench(1, streamed: false, isRight => isRight, verifierModel, input, output);
        await bench.PlayAsync(1500);
        Assert.Empty(bench.Verifier.Calls);
        Assert.True(bench.Hits > 0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Rejection_says_so_and_the_settings_of_the_request_stay_with_us(bool streamed)
    {
        using var bench = new VerifierBench(2, streamed, isRight => isRight);
        await bench.PlayAsync(2500);
        Assert.Contains("miss-rejected", bench.Reasons);
        Assert.All(bench.Verifier.Calls, call => Assert.Null(call.Options!.AdditionalProperties));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.51)]
    [InlineData(double.NaN)]
    public void Grey_zone_out_of_its_limits_is_named(double zone) =>
        Assert.Equal(
            FormattableString.Invariant($"GreyZone must be above 0 and at most 0.5, but is {zone}."), new SemanticCachingOptions { GreyZone = zone }.Validate());

    private sealed class VerifierBench : IDisposable
    {
        private readonly MadeUpTraffic _traffic;
        private readonly CacheBench _bench;
        private readonly bool _streamed;
        private readonly Random _random;
        private int _accepted;
        private int _topic;

        public VerifierBench(int seed, bool streamed, Func<bool, bool>? verify, string verifierModel = "gpt-5.4-nano", int input = 2000, int output = 500)
        {
            _streamed = streamed;
            _random = new Random(seed);
            _traffic = new MadeUpTraffic(seed, 20);
            Verifier = new ScriptedChatClient(call =>
            {
                bool isAccepted = verify!(call.LastText.Contains($"its answer: \"{_traffic.Right(_topic)}\"", StringComparison.Ordinal));
                _accepted += isAccepted ? 1 : 0;
                return ScriptedChatClient.Answer(isAccepted ? "YES" : "No.", 120, 1);
            })
            { Metadata = new ChatClientMetadata("test", null, verifierModel) };
            _bench = new CacheBench(
                new ScriptedChatClient(_ => ScriptedChatClient.Answer(_traffic.Right(_topic), input, output, "gpt-5.5")),
                o =>
                {
                    o.MaxErrorRate = Bound;
                    o.AuditRandom = new Random(seed);
                    o.Verifier = verify is null ? null : Verifier;
                },
                logger: Log);
        }

        public ScriptedChatClient Verifier { get; }

        public FakeLogger<SemanticCachingChatClient> Log { get; } = new();

        public List<string?> Reasons { get; } = [];

        public int Hits { get; private set; }

        public int Verified { get; private set; }

        public int Wrong { get; private set; }

        public int AcceptedBeforeFirst { get; private set; }

        public async Task PlayAsync(int requests)
        {
            for (int i = 0; i < requests; i++)
            {
                (_topic, string question) = Next();
                (ChatResponse response, CacheRecord record) = await _bench.AskAsync(_streamed, question);
                Reasons.Add(record.Reason);
                if (record.Reason is "hit-similar" or "hit-verified")
                {
                    Hits++;
                    Wrong += response.Text == _traffic.Right(_topic) ? 0 : 1;
                }

                if (record.Reason == "hit-verified")
                {
                    AcceptedBeforeFirst = Verified == 0 ? _accepted - 1 : AcceptedBeforeFirst;
                    Verified++;
                    Assert.InRange(record.EstimatedError!.Value, 1e-9, Bound);
                }
            }
        }

        // Of some topics the question does not tell which of two answers is right: only one who knows can say.
        private (int Topic, string Question) Next()
        {
            (int topic, string question) = _traffic.Next();
            return (topic >= _traffic.Topics / 2 && _random.NextDouble() < 0.12 ? topic ^ 1 : topic, question);
        }

        public void Dispose() => _bench.Dispose();

        public override string ToString() => $"{Wrong} wrong of {Hits}, {Verified} verified, {Verifier.Calls.Count} asked, {_accepted} accepted";
    }
}
