using Microsoft.Extensions.Options;
using Microsoft.SemanticKernel;
using TokenThrift.Samples.Dashboard.Live;
using TokenThrift.Samples.MonthEndClose.Columns;
using TokenThrift.Samples.MonthEndClose.Company;
using TokenThrift.Samples.MonthEndClose.Simulation;

namespace TokenThrift.Samples.Dashboard.Agent;

/// <summary>Closes the month of one company after another in the background.</summary>
internal sealed partial class CloseService(
    IServiceProvider services, SimulatedProvider provider, CloseProgress progress, ReportFeed feed, IOptions<DashboardOptions> options, ILogger<CloseService> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            if (options.Value.Closes > 0)
            {
                Say("rehearsing");
                progress.Rehearsal = await Task.Run(() => Rehearsal.RunAsync(1, null, stoppingToken), stoppingToken);
            }

            for (int seed = 1; seed <= options.Value.Closes; seed++)
            {
                await CloseAsync(GroupGenerator.Generate(seed), stoppingToken);
            }

            Say("done");
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            Say("stopped");
        }
        catch (Exception e)
        {
            // The page stays up, so that what was done can be read; the health endpoint tells.
            progress.Failure = e;
            Say("failed");
            AgentFailed(logger, e);
        }
    }

    private void Say(string now)
    {
        progress.Now = now;
        feed.Announce();
    }

    private async Task CloseAsync(Group group, CancellationToken cancellationToken)
    {
        Say($"closing {Group.Period} of {group.Name}");
        var runner = new CloseRunner(group, services.GetRequiredService<Kernel>(), provider.Bill);
        ColumnResult result = await runner.RunAsync(group.Name, progress.TaskDone, cancellationToken);
        progress.CloseDone(result.TasksPassed);
        Closed(logger, Group.Period, group.Name, result.TasksPassed, result.Tasks.Count);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Closed {Period} of {Company}: {Passed} of {Tasks} tasks passed.")]
    private static partial void Closed(ILogger logger, string period, string company, int passed, int tasks);

    [LoggerMessage(Level = LogLevel.Error, Message = "The agent stopped.")]
    private static partial void AgentFailed(ILogger logger, Exception exception);
}
