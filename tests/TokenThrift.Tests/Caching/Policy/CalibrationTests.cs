using TokenThrift.Caching;

namespace TokenThrift.Tests.Caching.Policy;

public sealed class CalibrationTests
{
    [Theory]
    [InlineData(0.01, 0.01, 0.6, 1.7)]
    [InlineData(0.01, 0.03, 1.7, 4)]
    public void Factor_follows_what_came_of_the_forecasts(double foretold, double real, double least, double most)
    {
        HitLabel[] labels = PolicySamples.Labels(4000, _ => foretold, _ => real, seed: 3);
        Assert.InRange(Calibration.Of(labels, foretold).Factor, least, most);
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(0.05, 0.6, 0.7)]
    public void Nothing_is_discounted_but_what_audits_bear_out(double propensity, double least, double most)
    {
        HitLabel[] labels = PolicySamples.Labels(4000, _ => 0.02, _ => 0.002, seed: 3, propensity);
        Assert.InRange(Calibration.Of(labels, 0.02).Factor, least, most);
    }

    [Fact]
    public void No_estimate_falls_below_what_the_labels_can_bear_out()
    {
        (double _, double few) = Calibration.Of(PolicySamples.Labels(20, _ => 1e-6, _ => 0, seed: 1), 0.01);
        (double _, double many) = Calibration.Of(PolicySamples.Labels(2000, _ => 1e-6, _ => 0, seed: 1), 0.01);
        Assert.InRange(few, 0.02, 0.03);
        Assert.InRange(many, 0.0002, 0.0003);
    }

    [Fact]
    public void Without_labels_a_fit_counts_as_too_sure_of_itself_and_nothing_is_certain()
    {
        (double factor, double floor) = Calibration.Of([], 0.01);
        Assert.True(factor > 1);
        Assert.Equal(1, floor);
    }

    [Fact]
    public void What_cannot_be_told_counts_as_wrong()
    {
        Assert.True(new HitLabel(PolicySamples.Evidence(0.5), AnswerComparison.Unknown, 1, 0).IsWrong);
        Assert.True(new HitLabel(PolicySamples.Evidence(0.5), AnswerComparison.Different, 1, 0).IsWrong);
        Assert.False(new HitLabel(PolicySamples.Evidence(0.5), AnswerComparison.Same, 1, 0).IsWrong);
    }
}
