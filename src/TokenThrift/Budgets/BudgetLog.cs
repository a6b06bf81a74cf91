using Microsoft.Extensions.Logging;
using TokenThrift.Requests;

namespace TokenThrift.Budgets;

/// <summary>Tells of trouble with the ledger and with the application's own handlers, once a minute.</summary>
internal sealed partial class BudgetLog(ILogger logger, TimeProvider time)
{
    private readonly LogWindow _window = new(time, TimeSpan.FromMinutes(1));
    private readonly LogWindow _leaseWindow = new(time, TimeSpan.FromMinutes(1));
    private readonly LogWindow _handlerWindow = new(time, TimeSpan.FromMinutes(1));
    private long _failures;
    private long _handlerFailures;

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

    public void HandlerFailed(string handler, Exception e)
    {
        long count = Interlocked.Increment(ref _handlerFailures);
        if (_handlerWindow.Enter())
        {
            HandlerFailed(logger, e, handler, count);
        }
    }

    public void NotSettled(string holdId, BudgetOutcome outcome) => NotSettled(logger, holdId, outcome);

    public void TaskWasIdle(string name) => TaskWasIdle(logger, name);

    public void NotPosted(Exception e, string holdId) => NotPosted(logger, e, holdId);

    public void RunsOnLease(BudgetState lease)
    {
        if (_leaseWindow.Enter())
        {
            RunsOnLease(logger, lease);
        }
    }

    [LoggerMessage(4, LogLevel.Error, "What was used under the budget hold {HoldId} while the ledger was out of reach could not be posted.")]
    private static partial void NotPosted(ILogger logger, Exception e, string holdId);

    [LoggerMessage(5, LogLevel.Warning, "The budget ledger cannot be reached; calls under a limit run on the local lease ({Lease}).")]
    private static partial void RunsOnLease(ILogger logger, BudgetState lease);

    [LoggerMessage(3, LogLevel.Information, "The task '{Task}' has limits and ended without a call drawing on it. If there were calls, the ambient task did not flow to them: name it with RequestSettings.Task.")]
    private static partial void TaskWasIdle(ILogger logger, string task);

    [LoggerMessage(6, LogLevel.Warning, "The application's {Handler} failed and was stepped over ({Count} times so far for all handlers of this client).")]
    private static partial void HandlerFailed(ILogger logger, Exception e, string handler, long count);

    [LoggerMessage(1, LogLevel.Warning, "The budget ledger failed ({Count} times so far); calls under a limit are refused or run on the local lease; what ends meanwhile is posted when the ledger is back.")]
    private static partial void Failed(ILogger logger, Exception e, long count);

    [LoggerMessage(2, LogLevel.Error, "The budget hold {HoldId} could not be settled: {Outcome}.")]
    private static partial void NotSettled(ILogger logger, string holdId, BudgetOutcome outcome);
}
