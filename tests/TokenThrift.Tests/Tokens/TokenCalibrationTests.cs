using TokenThrift.Tokens;

namespace TokenThrift.Tests.Tokens;

public class TokenCalibrationTests
{
    [Fact]
    public void Nothing_known_is_a_ratio_of_one_and_no_bound()
    {
        var calibration = new TokenCalibration();
        Assert.Equal(1, calibration.Ratio("m"));
        Assert.Null(calibration.UpperRatio("m"));
        calibration.Observe("m", 0, 10);
        calibration.Observe("m", 10, 0);
        Assert.Equal(0, calibration.Observations("m"));
    }

    [Fact]
    public void The_ratio_converges_on_what_is_reported_and_follows_a_change()
    {
        var calibration = new TokenCalibration();
        for (int i = 0; i < 50; i++)
        {
            calibration.Observe("M", 1_000, 1_300);
        }

        Assert.Equal(1.3, calibration.Ratio("m"), 6);
        for (int i = 0; i < 50; i++)
        {
            calibration.Observe("m", 1_000, 900);
        }

        Assert.Equal(0.9, calibration.Ratio("m"), 3);
    }

    [Fact]
    public void Twice_too_many_and_twice_too_few_weigh_the_same()
    {
        var calibration = new TokenCalibration();
        calibration.Observe("m", 100, 200);
        calibration.Observe("m", 100, 50);
        Assert.Equal(1, calibration.Ratio("m"), 9);
    }

    [Fact]
    public void One_odd_report_does_not_carry_the_mean_away()
    {
        var calibration = new TokenCalibration();
        for (int i = 0; i < 20; i++)
        {
            calibration.Observe("m", 1_000, 1_000);
        }

        calibration.Observe("m", 1, 1_000_000);
        Assert.InRange(calibration.Ratio("m"), 1, 1.25);
    }

    [Fact]
    public void The_upper_ratio_needs_enough_calls_and_covers_what_it_promises()
    {
        var calibration = new TokenCalibration();
        for (int i = 0; i < 98; i++)
        {
            calibration.Observe("m", 1_000, 1_000 + i);
        }

        Assert.Null(calibration.UpperRatio("m", 0.99));
        calibration.Observe("m", 1_000, 1_500);
        Assert.Equal(1.5, calibration.UpperRatio("m", 0.99));

        // Fresh calls from the same source exceed the bound no more often than promised (averaged over windows).
        var random = new Random(1);
        int above = 0, calls = 0;
        for (int round = 0; round < 200; round++)
        {
            var fresh = new TokenCalibration();
            for (int i = 0; i < 100; i++)
            {
                fresh.Observe("m", 100_000, (long)(100_000 * (0.9 + (random.NextDouble() * random.NextDouble()))));
            }

            double bound = fresh.UpperRatio("m", 0.95)!.Value;
            for (int i = 0; i < 20; i++, calls++)
            {
                above += 0.9 + (random.NextDouble() * random.NextDouble()) > bound ? 1 : 0;
            }
        }

        Assert.InRange((double)above / calls, 0.02, 0.065);
    }

    [Fact]
    public void Models_do_not_share_ratios_and_their_number_is_bounded()
    {
        var calibration = new TokenCalibration();
        for (int i = 0; i < 2_000; i++)
        {
            calibration.Observe($"model-{i}", 100, 200);
        }

        Assert.Equal(2, calibration.Ratio("model-0"), 9);
        Assert.Equal(1, calibration.Ratio("model-1999"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_confidence_outside_zero_to_one_is_refused(double confidence) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new TokenCalibration().UpperRatio("m", confidence));
}
