using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;
using TokenThrift.Models;
using TokenThrift.Samples.MonthEndClose.Company;
using TokenThrift.Samples.MonthEndClose.Simulation;
using TokenThrift.Samples.MonthEndClose.Tasks;

namespace TokenThrift.Samples.MonthEndClose.Columns;

/// <summary>Runs the close in every way, each with a provider of its own, and compares.</summary>
internal static class ComparisonRunner
{
    /// <summary>How many tasks are done over all ways.</summary>
    public static int TaskRuns => CloseTasks.All.Count * ModelGrade.All.Count;

    public static async Task<Comparison> RunAsync(int seed, Action? taskDone = null, CancellationToken cancellationToken = default)
    {
        long started = TimeProvider.System.GetTimestamp();
        Group group = GroupGenerator.Generate(seed);
        ColumnResult[] alone = await Task.WhenAll(ModelGrade.All.Select(grade => Task.Run(() => AloneAsync(group, grade, taskDone, cancellationToken), cancellationToken)));
        return new Comparison(seed)
        {
            StrongOnly = alone[0],
            CheapestSinglePassing = BaselineColumns.CheapestSinglePassing(alone[0], alone),
            HindsightBestPerTask = BaselineColumns.HindsightBestPerTask(alone[0], alone),
            Seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds,
        };
    }

    private static async Task<ColumnResult> AloneAsync(Group group, ModelGrade grade, Action? taskDone, CancellationToken cancellationToken)
    {
        var provider = new SimulatedProvider(ModelCatalog.Default);
        IKernelBuilder builder = Kernel.CreateBuilder();
        builder.Services.AddChatClient(provider.Client(grade)).UseKernelFunctionInvocation();
        return await new CloseRunner(group).RunAsync(grade.ModelId, builder.Build(), provider.Bill, taskDone, cancellationToken);
    }
}
