using TokenThrift.Caching;

namespace TokenThrift.Tests.Caching.Policy;

public sealed class ErrorMonitorTests
{
    [Theory]
    [InlineData(0.001)]
    [InlineData(0.01)]
    [InlineData(0.05)]
    [InlineData(0.2)]
    public void False_alarms_are_at_most_one_in_fifty_however_often_one_looks(double allowed)
    {
        const int Partitions = 3000;
        var random = new Random(11);
        int alarms = 0;
        for (int i = 0; i < Partitions; i++)
        {
            var monitor = new ErrorMonitor();
            for (int audit = 0; audit < 400 && !monitor.IsAlarmed; audit++)
            {
                monitor.Observe(allowed, random.NextDouble() < allowed);
            }

            alarms += monitor.IsAlarmed ? 1 : 0;
        }

        // Ville's inequality, and three standard deviations of the simulation.
        Assert.InRange(alarms, 0, (Partitions / 50) + (int)(3 * Math.Sqrt(Partitions / 50.0)));
    }

    [Theory]
    [InlineData(0.01, 4, 400)]
    [InlineData(0.01, 10, 100)]
    [InlineData(0.05, 4, 100)]
    public void Broken_bound_is_found_out(double allowed, int times, int within)
    {
        const int Partitions = 500;
        var random = new Random(12);
        int alarms = 0;
        for (int i = 0; i < Partitions; i++)
        {
            var monitor = new ErrorMonitor();
            for (int audit = 0; audit < within && !monitor.IsAlarmed; audit++)
            {
                monitor.Observe(allowed, random.NextDouble() < allowed * times);
            }

            alarms += monitor.IsAlarmed ? 1 : 0;
        }

        Assert.True(alarms >= 0.9 * Partitions, $"{alarms} of {Partitions}");
    }

    [Fact]
    public void Right_answers_lower_the_evidence_and_reset_forgets_it()
    {
        var monitor = new ErrorMonitor();
        Assert.Equal(1, monitor.Evidence);
        monitor.Observe(0.01, isWrong: false);
        Assert.True(monitor.Evidence < 1);
        monitor.Observe(0.01, isWrong: true);
        Assert.True(monitor.Evidence > 1);
        monitor.Reset();
        Assert.Equal(1, monitor.Evidence);
    }
}
