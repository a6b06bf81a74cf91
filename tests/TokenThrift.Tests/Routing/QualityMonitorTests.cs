using TokenThrift.Routing;

namespace TokenThrift.Tests.Routing;

public class QualityMonitorTests
{
    private static readonly QualityCertificate Certificate = new() { Floor = new QualityFloor(0.95), Threshold = 0.5 };

    [Theory]
    [InlineData(0.95, 0.05)]
    [InlineData(0.97, 0.02)]
    [InlineData(1.0, 0.005)]
    public void A_promise_that_holds_is_seldom_given_up_however_long_it_is_watched(double kept, double atMost)
    {
        const int Monitors = 300;
        int alarms = 0;
        for (int m = 0; m < Monitors; m++)
        {
            alarms += AuditsUntilBroken(kept, new Random(m), 1_000) is not null ? 1 : 0;
        }

        Assert.True(alarms <= (atMost + (3 * Math.Sqrt(0.05 * 0.95 / Monitors))) * Monitors, $"{alarms} of {Monitors}");
    }

    [Theory]
    [InlineData(0.5, 120)]
    [InlineData(0.75, 250)]
    [InlineData(0.85, 1_000)]
    public void A_promise_that_breaks_is_given_up(double kept, int within)
    {
        int[] audits = [.. Enumerable.Range(0, 100).Select(m => AuditsUntilBroken(kept, new Random(m), 5_000) ?? int.MaxValue).Order()];

        Assert.True(audits[90] <= within, $"nine of ten within {audits[90]} audits");
    }

    [Fact]
    public void It_stays_given_up()
    {
        var monitor = new QualityMonitor(Certificate);
        for (int i = 0; i < 200; i++)
        {
            monitor.Observe(new PairedOutcome(1, 0, 1));
        }

        for (int i = 0; i < 2_000; i++)
        {
            monitor.Observe(new PairedOutcome(1, 1, 1));
        }

        Assert.True(monitor.IsBroken);
        Assert.Equal(2_200, monitor.Audits);
    }

    [Fact]
    public void What_is_escalated_costs_no_quality()
    {
        var monitor = new QualityMonitor(Certificate);
        for (int i = 0; i < 2_000; i++)
        {
            monitor.Observe(new PairedOutcome(0.1, 0, 1));
        }

        Assert.False(monitor.IsBroken);
    }

    // The strongest model is right nine times in ten; the cheap one, where it is served, as often times what is kept of it.
    private static int? AuditsUntilBroken(double kept, Random random, int most)
    {
        var monitor = new QualityMonitor(Certificate);
        for (int audit = 1; audit <= most; audit++)
        {
            monitor.Observe(new PairedOutcome(0.9, random.NextDouble() < 0.9 * kept ? 1 : 0, random.NextDouble() < 0.9 ? 1 : 0));
            if (monitor.IsBroken)
            {
                return audit;
            }
        }

        return null;
    }
}
