namespace TokenThrift.Tests.Routing;

/// <summary>Random models, random faults, random settings: what holds of every request. A failure prints the seed and the trace.</summary>
public class RouteSimulationTests
{
    private const int Seeds = 100;
    private const int Requests = 5;

    [Fact]
    public async Task Whatever_fails_one_answer_is_shown_the_money_adds_up_and_no_limit_is_passed()
    {
        var ends = new Dictionary<string, int>();
        for (int seed = 1; seed <= Seeds; seed++)
        {
            await using var simulation = new RouteSimulation(seed);
            try
            {
                await simulation.RunAsync(Requests);
            }
            catch (Exception e)
            {
                Assert.Fail($"Seed {seed}: {e.Message}");
            }

            foreach ((string end, int count) in simulation.Ends)
            {
                ends[end] = ends.GetValueOrDefault(end) + count;
            }
        }

        // A simulation that never goes a way says nothing of it.
        Assert.All(new[] { "served", "degraded", "left", "OperationCanceledException", "RoutingFailedException" }, end => Assert.InRange(ends.GetValueOrDefault(end), 3, Seeds * Requests));
    }
}
