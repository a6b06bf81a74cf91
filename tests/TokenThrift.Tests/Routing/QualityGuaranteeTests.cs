using TokenThrift.Routing;

namespace TokenThrift.Tests.Routing;

public class QualityGuaranteeTests
{
    private const int Population = 2_000;

    /// <summary>Made-up worlds: how likely each model is right at a score, and how scores are spread.</summary>
    public static TheoryData<string> Worlds => ["informative", "useless score, just below the promise", "useless score, far below", "misleading score", "few scores", "graded", "strong is often wrong", "never worse"];

    [Theory, MemberData(nameof(Worlds))]
    public void The_promise_is_broken_in_at_most_one_calibration_of_twenty(string world)
    {
        var random = new Random(7);
        PairedOutcome[] all = [.. Enumerable.Range(0, Population).Select(_ => Draw(world, random))];
        var floor = new QualityFloor(0.95);
        const int Calibrations = 120;
        int violations = 0;
        for (int i = 0; i < Calibrations; i++)
        {
            double threshold = QualityGuarantee.Calibrate(random.GetItems(all, 120), floor).Threshold;
            violations += Ratio(all, threshold) < floor.Quality ? 1 : 0;
        }

        // One in twenty, and three standard deviations of as many draws.
        Assert.True(violations <= (0.05 + (3 * Math.Sqrt(0.05 * 0.95 / Calibrations))) * Calibrations, $"{violations} of {Calibrations}");
    }

    [Fact]
    public void The_cheapest_threshold_that_looks_good_would_break_it_far_more_often()
    {
        var random = new Random(7);
        PairedOutcome[] all = [.. Enumerable.Range(0, Population).Select(_ => Draw("informative", random))];
        int plugIn = 0;
        for (int i = 0; i < 100; i++)
        {
            PairedOutcome[] pairs = random.GetItems(all, 120);
            double threshold = pairs.Select(p => p.Score).Order().FirstOrDefault(t => Ratio(pairs, t) >= 0.95, double.PositiveInfinity);
            plugIn += Ratio(all, threshold) < 0.95 ? 1 : 0;
        }

        Assert.True(plugIn > 25, $"{plugIn} of 100");
    }

    [Fact]
    public void Too_few_pairs_certify_nothing_and_everything_is_escalated()
    {
        QualityCertificate certificate = QualityGuarantee.Calibrate([.. Enumerable.Range(0, 10).Select(i => new PairedOutcome(i / 10.0, 1, 1))], new QualityFloor(0.95));

        Assert.False(certificate.IsCertified);
        Assert.Equal(double.PositiveInfinity, certificate.Threshold);
        Assert.Equal(1, certificate.StrongShare);
        Assert.Equal(10, certificate.Pairs);
        Assert.True(certificate.PairsNeeded > 10);
    }

    [Fact]
    public void No_pairs_certify_nothing() => Assert.False(QualityGuarantee.Calibrate([], new QualityFloor(0.95)).IsCertified);

    [Fact]
    public void A_model_that_is_never_worse_is_certified_for_all()
    {
        QualityCertificate certificate = QualityGuarantee.Calibrate([.. Enumerable.Range(0, 400).Select(i => new PairedOutcome(i % 7 / 7.0, 1, 1))], new QualityFloor(0.95));

        Assert.True(certificate.IsCertified);
        Assert.Equal(0, certificate.StrongShare);
        Assert.Equal(1, certificate.EstimatedQuality);
        Assert.Null(certificate.PairsNeeded);
    }

    [Fact]
    public void A_model_that_cannot_keep_the_promise_is_told_apart_from_one_that_needs_more_pairs()
    {
        var random = new Random(2);
        PairedOutcome[] hopeless = [.. Enumerable.Range(0, 400).Select(_ => new PairedOutcome(0.5, 0, 1))];
        PairedOutcome[] promising = [.. Enumerable.Range(0, 30).Select(_ => new PairedOutcome(random.NextDouble(), 1, 1))];

        Assert.Null(QualityGuarantee.Calibrate(hopeless, new QualityFloor(0.95)).PairsNeeded);
        Assert.InRange(QualityGuarantee.Calibrate(promising, new QualityFloor(0.95)).PairsNeeded!.Value, 31, 1_000);
    }

    [Fact]
    public void A_threshold_lies_between_scores_so_that_a_slight_drift_changes_nothing()
    {
        PairedOutcome[] pairs = [.. Enumerable.Range(0, 400).Select(i => new PairedOutcome(i % 2 == 0 ? 0.8 : 0.2, i % 2 == 0 ? 1 : 0, 1))];

        Assert.InRange(QualityGuarantee.Calibrate(pairs, new QualityFloor(0.95)).Threshold, 0.4, 0.6);
    }

    [Fact]
    public void More_pairs_and_a_weaker_promise_cost_fewer_strong_calls()
    {
        var random = new Random(4);
        PairedOutcome[] pairs = [.. Enumerable.Range(0, 1_500).Select(_ => Draw("informative", random))];
        double Share(int count, QualityFloor floor) => (double)pairs.Count(p => p.Score < QualityGuarantee.Calibrate(pairs[..count], floor).Threshold) / pairs.Length;

        Assert.True(Share(1_500, new QualityFloor(0.95)) < Share(150, new QualityFloor(0.95)));
        Assert.True(Share(600, new QualityFloor(0.85)) < Share(600, new QualityFloor(0.97)));
        Assert.True(Share(600, new QualityFloor(0.95, 0.8)) <= Share(600, new QualityFloor(0.95, 0.99)));
    }

    [Theory]
    [InlineData(0, 0.95, "QualityFloor.Quality")]
    [InlineData(1.1, 0.95, "QualityFloor.Quality")]
    [InlineData(double.NaN, 0.95, "QualityFloor.Quality")]
    [InlineData(0.95, 0, "QualityFloor.Confidence")]
    [InlineData(0.95, 1, "QualityFloor.Confidence")]
    public void A_promise_out_of_its_limits_is_refused(double quality, double confidence, string named) =>
        Assert.Contains(named, Assert.Throws<ArgumentException>(() => QualityGuarantee.Calibrate([], new QualityFloor(quality, confidence))).Message, StringComparison.Ordinal);

    internal static double Ratio(IReadOnlyCollection<PairedOutcome> pairs, double threshold) =>
        pairs.Sum(p => p.Score >= threshold ? p.Weak : p.Strong) / pairs.Sum(p => p.Strong);

    internal static PairedOutcome Draw(string world, Random random)
    {
        double score = random.NextDouble();
        int Coin(double chance) => random.NextDouble() < chance ? 1 : 0;
        return world switch
        {
            "informative" => new(score, Coin(0.35 + (0.6 * score)), Coin(0.9)),
            "useless score, just below the promise" => new(score, Coin(0.945 * 0.9), Coin(0.9)),
            "useless score, far below" => new(score, Coin(0.5), Coin(0.9)),
            "misleading score" => new(score, Coin(0.95 - (0.6 * score)), Coin(0.9)),
            "few scores" => new(Math.Floor(score * 3) / 3, Coin(0.5 + (0.2 * Math.Floor(score * 3))), Coin(0.93)),
            "graded" => new(score, (0.3 + (0.6 * score)) * random.NextDouble(), 0.85 * random.NextDouble()),
            "strong is often wrong" => new(score, Coin(0.2 + (0.3 * score)), Coin(0.5)),
            _ => new(score, 1, Coin(0.9)),
        };
    }
}
