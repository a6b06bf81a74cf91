using Microsoft.Extensions.Logging;
using TokenThrift.Requests;

namespace TokenThrift.Budgets;

/// <summary>Tells of trouble with the ledger, once a minute.</summary>
internal sealed partial class BudgetLog(ILogger logger, TimeProvider time)
{
    private readonly LogWindow _window = new(time, TimeSpan.FromMinutes(1));
    private long _failures;

    /// <summary>Gets how often the ledger failed.</summary>
    public long Failures => Interlocked.Read(ref _failures);

    public void LedgerFailed(Exception e)
    {
        long count = Interlocked.Increment(ref _failures);
        if (_window.Enter())
        {
            Failed(logger, e, count);
        }
    }

    public void NotSettled(string holdId, BudgetOutcome outcome) => NotSettled(logger, holdId, outcome);

    public void TaskWasIdle(string name) => TaskWasIdle(logger, name);

    [LoggerMessage(3, LogLevel.Information, "The task '{Task}' has limits and ended without a call drawing on it. If there were calls, the ambient task did not flow to them: name it with RequestSettings.Task.")]
    private static partial void TaskWasIdle(ILogger logger, string task);

    [LoggerMessage(1, LogLevel.Warning, "The budget ledger failed ({Count} times so far); calls under a limit are refused, open holds will be charged in full.")]
    private static partial void Failed(ILogger logger, Exception e, long count);

    [LoggerMessage(2, LogLevel.Error, "The budget hold {HoldId} could not be settled: {Outcome}.")]
    private static partial void NotSettled(ILogger logger, string holdId, BudgetOutcome outcome);
}
