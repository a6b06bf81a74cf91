using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.Samples.MonthEndClose.Company;
using TokenThrift.Samples.MonthEndClose.Simulation;
using TokenThrift.Samples.MonthEndClose.Tasks;

namespace TokenThrift.Samples.MonthEndClose.Columns;

/// <summary>Runs the close in every way, each with a provider of its own, and compares.</summary>
internal static class ComparisonRunner
{
    /// <summary>Gets how many tasks are done over all ways.</summary>
    public static int TaskRuns => (CloseTasks.All.Count * (ModelGrade.All.Count + 2)) + Rehearsal.TaskRuns;

    public static async Task<Comparison> RunAsync(int seed, Action? taskDone = null, CancellationToken cancellationToken = default)
    {
        long started = TimeProvider.System.GetTimestamp();
        Group group = GroupGenerator.Generate(seed);
        Task<ColumnResult[]> alone = Task.WhenAll(ModelGrade.All.Select(grade => Task.Run(() => AloneAsync(group, grade, taskDone, cancellationToken), cancellationToken)));
        Task<ColumnResult> compressed = Task.Run(() => CompressionAndCacheAsync(group, taskDone, cancellationToken), cancellationToken);
        Rehearsal rehearsal = await Rehearsal.RunAsync(seed, taskDone, cancellationToken);
        (ColumnResult thrifty, SavingsReport report, StarvedTaskResult starved) = await WholeAsync(group, rehearsal, taskDone, cancellationToken);
        ColumnResult strongest = (await alone)[0];
        return new Comparison(seed)
        {
            StrongOnly = strongest,
            CheapestSinglePassing = BaselineColumns.CheapestSinglePassing(strongest, await alone),
            HindsightBestPerTask = BaselineColumns.HindsightBestPerTask(strongest, await alone),
            CompressionAndCache = await compressed,
            Thrifty = thrifty,
            Report = report,
            Starved = starved,
            Seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds,
        };
    }

    /// <summary>Closes with one model and without TokenThrift.</summary>
    public static async Task<ColumnResult> AloneAsync(Group group, ModelGrade grade, Action? taskDone, CancellationToken cancellationToken)
    {
        var provider = new SimulatedProvider(ModelCatalog.Default);
        Kernel kernel = ThriftKernels.Plain(provider, grade).Build();
        return await new CloseRunner(group, kernel, provider.Bill).RunAsync(grade.ModelId, taskDone, cancellationToken);
    }

    private static async Task<ColumnResult> CompressionAndCacheAsync(Group group, Action? taskDone, CancellationToken cancellationToken)
    {
        var provider = new SimulatedProvider(ModelCatalog.Default);
        Kernel kernel = ThriftKernels.CompressionAndCache(provider);
        return await new CloseRunner(group, kernel, provider.Bill).RunAsync("compression and cache", taskDone, cancellationToken);
    }

    private static async Task<(ColumnResult Column, SavingsReport Report, StarvedTaskResult Starved)> WholeAsync(
        Group group, Rehearsal rehearsal, Action? taskDone, CancellationToken cancellationToken)
    {
        var provider = new SimulatedProvider(ModelCatalog.Default);
        Kernel kernel = ThriftKernels.Whole(provider, rehearsal);
        var runner = new CloseRunner(group, kernel, provider.Bill);
        ColumnResult column = await runner.RunAsync("tokenthrift", taskDone, cancellationToken);
        SavingsReport report = CloseSavings.Of(kernel.Services.GetRequiredService<ReceiptBook>(), group);
        return (column, report, await runner.RunStarvedAsync(cancellationToken));
    }
}
