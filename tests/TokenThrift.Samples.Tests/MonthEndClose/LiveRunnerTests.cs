using TokenThrift.Samples.MonthEndClose.Columns;
using TokenThrift.Samples.MonthEndClose.Live;
using TokenThrift.Samples.MonthEndClose.Simulation;
using TokenThrift.TestSupport;

namespace TokenThrift.Samples.Tests.MonthEndClose;

public class LiveRunnerTests
{
    [Fact]
    public async Task A_live_run_closes_the_month_over_the_wire()
    {
        await using LoopbackOpenAIServer server = await SimulatedEndpoint.StartAsync();

        Comparison comparison = await new LiveRunner(server.Endpoint, "test", ModelGrade.Strong.ModelId, small: null).RunAsync(seed: 1);

        Assert.Equal(comparison.StrongOnly.Tasks.Count, comparison.StrongOnly.TasksPassed);
        Assert.Empty(comparison.Lost);
        Assert.Equal(server.Requests.Count, comparison.StrongOnly.Totals.Calls + comparison.Thrifty.Totals.Calls);
        Assert.DoesNotContain(server.Requests, x => x.Body.GetRawText().Contains("tokenthrift.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_small_model_is_asked_first_and_the_strong_one_where_its_answer_will_not_do()
    {
        await using LoopbackOpenAIServer server = await SimulatedEndpoint.StartAsync();

        Comparison comparison = await new LiveRunner(server.Endpoint, "test", ModelGrade.Strong.ModelId, ModelGrade.Small.ModelId).RunAsync(seed: 1);

        Assert.Contains(server.Requests, x => x.Model == ModelGrade.Small.ModelId);
        Assert.True(comparison.Thrifty.Totals.Usd < comparison.StrongOnly.Totals.Usd);
    }
}
