using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TokenThrift.Requests;

namespace TokenThrift.Budgets;

/// <summary>The budgets of an application.</summary>
public sealed partial class BudgetService : IBudgets
{
    private static readonly TimeSpan SharedPoll = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan OwnPoll = TimeSpan.FromSeconds(1);
    private readonly TimeProvider _time;
    private readonly BudgetLog _log;
    private readonly DemandBuilder _demands;
    private readonly HoldQueue _queue = new();
    private readonly BudgetMeters _meters;

    // A random prefix and a count: as unique as a random id for each hold, without asking the system for one every time.
    private readonly string _idPrefix = Guid.CreateVersion7().ToString("N");
    private long _ids;
    private bool _hasTasks;

    /// <summary>Initializes a new instance of the <see cref="BudgetService"/> class.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="ledger">The books; <see langword="null"/> keeps them in this process.</param>
    /// <param name="time">The clock; <see langword="null"/> for the system's.</param>
    /// <param name="logger">Where trouble with the ledger is told; <see langword="null"/> for nowhere.</param>
    /// <param name="meters">Makes the meter <c>TokenThrift</c>; <see langword="null"/> for one of its own.</param>
    /// <exception cref="ArgumentException">A setting is outside its limits.</exception>
    public BudgetService(BudgetOptions? options = null, IBudgetLedger? ledger = null, TimeProvider? time = null, ILogger<BudgetService>? logger = null, IMeterFactory? meters = null)
    {
        Options = options ?? new BudgetOptions();
        if (Options.Validate() is { } wrong)
        {
            throw new ArgumentException(wrong, nameof(options));
        }

        _time = time ?? TimeProvider.System;
        Ledger = ledger ?? new BudgetLedger(new MemoryBudgetStore(), _time);
        _log = new BudgetLog(logger ?? NullLogger<BudgetService>.Instance, _time);
        _meters = new BudgetMeters(meters);
        _demands = new DemandBuilder(Options, Guid.NewGuid().ToString("N"));
    }

    /// <inheritdoc/>
    public IBudgetLedger Ledger { get; }

    /// <inheritdoc/>
    public BudgetOptions Options { get; }

    /// <inheritdoc/>
    public BudgetTask BeginTask(string name, params Limit[] limits) => BeginTask(name, new BudgetTaskOptions { Limits = [.. limits ?? throw new ArgumentNullException(nameof(limits))] });

    /// <inheritdoc/>
    public BudgetTask BeginTask(string name, BudgetTaskOptions options)
    {
        Validate(options);
        AmbientTaskScope ambient = AmbientTask.Begin(name, options.Identity);
        _hasTasks = true;
        TaskBudget budget = TaskBudget.Of(ambient.Task);
        budget.Limits = [.. options.Limits];
        TaskBudget.ShowCap(ambient.Task, options.Limits);
        budget.FinalReserve = options.FinalReserve;
        budget.Allocation = ambient.Task.Parent is { } parent ? TaskBudget.Of(parent).Allocation : null;
        return new BudgetTask(ambient, () => _ = EndAsync(ambient.Task, allocation: null));
    }

    /// <inheritdoc/>
    public ValueTask<BudgetTask> AllocateTaskAsync(string name, BudgetTaskOptions options, CancellationToken cancellationToken = default)
    {
        // Not async itself, so that the task is ambient for the caller.
        Validate(options);
        AmbientTaskScope ambient = AmbientTask.Begin(name, options.Identity);
        _hasTasks = true;
        return AllocateAsync(ambient, options, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<BudgetLease> HoldAsync(BudgetRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return HoldAsync(request, _demands.Build(request, _time.GetUtcNow()), cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<BudgetState>> ReadAsync(BudgetRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return (await PrepareAsync(request, cancellationToken).ConfigureAwait(false)).Limits;
    }

    /// <inheritdoc/>
    public ValueTask<CallQuote> EstimateAsync(IChatClient client, IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(messages);
        return client.GetService(typeof(ICallQuote)) is ICallQuote quote
            ? quote.QuoteAsync(messages, options, cancellationToken)
            : throw new ArgumentException("Nothing in this client can quote; add the budget gate or the meter to it.", nameof(client));
    }

    internal async ValueTask MarkSentAsync(BudgetLease lease, CancellationToken cancellationToken)
    {
        if (!lease.IsRecorded)
        {
            return;
        }

        BudgetOutcome outcome;
        try
        {
            outcome = await Ledger.MarkSentAsync(lease.Id, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _log.LedgerFailed(e);
            throw Unavailable(e);
        }

        if (outcome is not (BudgetOutcome.Done or BudgetOutcome.Repeated))
        {
            throw new BudgetExceededException(BudgetRefusal.LedgerUnavailable, "The hold of this call ran out before the call was sent.");
        }
    }

    internal async ValueTask ExtendAsync(BudgetLease lease)
    {
        try
        {
            _ = lease.IsRecorded ? await Ledger.ExtendAsync(lease.Id, Options.HoldTimeToLive, CancellationToken.None).ConfigureAwait(false) : default;
        }
        catch (Exception e)
        {
            _log.LedgerFailed(e);
        }
    }

    internal async ValueTask SettleAsync(BudgetLease lease, BudgetAmounts actual, BudgetEvidence evidence, bool isUnpriced)
    {
        try
        {
            BudgetOutcome outcome = lease.IsRecorded ? await Ledger.SettleAsync(lease.Id, actual, evidence, CancellationToken.None).ConfigureAwait(false) : default;
            if (outcome is BudgetOutcome.NotFound or BudgetOutcome.Conflict)
            {
                _log.NotSettled(lease.Id, outcome);
            }
        }
        catch (Exception e)
        {
            // The hold stays and will run out, which charges it in full: never too little.
            _log.LedgerFailed(e);
        }

        await EndedAsync(lease, actual, evidence != BudgetEvidence.Reported, isUnpriced).ConfigureAwait(false);
    }

    internal async ValueTask VoidAsync(BudgetLease lease)
    {
        try
        {
            _ = lease.IsRecorded ? await Ledger.VoidAsync(lease.Id, knownUnbilled: true, CancellationToken.None).ConfigureAwait(false) : default;
        }
        catch (Exception e)
        {
            _log.LedgerFailed(e);
        }

        await EndedAsync(lease, default, false, false).ConfigureAwait(false);
    }

    private static void Validate(BudgetTaskOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.FinalReserve is not (>= 0 and <= 0.5))
        {
            throw new ArgumentException($"{nameof(options.FinalReserve)} must be from 0 to 0.5.", nameof(options));
        }
    }

    private static BudgetExceededException Unavailable(Exception e) => new(
        BudgetRefusal.LedgerUnavailable, "The budget ledger cannot be reached, and a limit applies to this call, so it was not sent.", innerException: e);

    private async ValueTask<BudgetTask> AllocateAsync(AmbientTaskScope ambient, BudgetTaskOptions options, CancellationToken cancellationToken)
    {
        TaskNode node = ambient.Task;
        TaskBudget budget = TaskBudget.Of(node);
        budget.Limits = [.. options.Limits];
        TaskBudget.ShowCap(ambient.Task, options.Limits);
        budget.FinalReserve = options.FinalReserve;
        try
        {
            if (node.Parent is { } parent)
            {
                BudgetAmounts amounts = default;
                foreach (Limit limit in options.Limits)
                {
                    amounts = limit.Meter switch
                    {
                        BudgetMeter.Usd => amounts with { Usd = new(limit.Amount) },
                        BudgetMeter.InputTokens => amounts with { InputTokens = limit.Amount },
                        BudgetMeter.OutputTokens => amounts with { OutputTokens = limit.Amount },
                        BudgetMeter.Calls => amounts with { Calls = limit.Amount },
                        BudgetMeter.Time => amounts with { Milliseconds = limit.Amount },
                        _ => throw new ArgumentException("Tokens of both kinds together cannot be set aside; limit input and output tokens apart.", nameof(options)),
                    };
                }

                var request = new BudgetRequest { Identity = node.Identity, Task = parent };
                BudgetDecision decision = await Ledger.AllocateAsync(
                    new BudgetReservation
                    {
                        Id = NewId(),
                        Demands = _demands.Build(request, _time.GetUtcNow()),
                        Amounts = amounts,
                        Allocation = TaskBudget.Of(parent).Allocation,
                        Enforce = !Options.Observe,
                    },
                    cancellationToken).ConfigureAwait(false);
                budget.Allocation = decision.Hold?.Id ?? throw BudgetExceededException.Over(decision.Broken!, amounts, SummaryOf(parent));
            }
        }
        catch
        {
            ambient.Dispose();
            throw;
        }

        return new BudgetTask(ambient, () => _ = EndAsync(node, budget.Allocation));
    }

    private async ValueTask EndedAsync(BudgetLease lease, BudgetAmounts charged, bool isEstimate, bool isUnpriced)
    {
        bool hasEnded = false;
        _meters.Ended(lease.Held, charged);
        for (TaskNode? node = lease.Request.Task; node is not null; node = node.Parent)
        {
            TaskBudget.Of(node).Release(lease.Held, charged, isEstimate, isUnpriced);
            hasEnded |= node.IsEnded;
        }

        _queue.Signal();
        for (TaskNode? node = hasEnded ? lease.Request.Task : null; node is not null; node = node.Parent)
        {
            await ForgetQuietlyAsync(node).ConfigureAwait(false);
        }
    }

    private async ValueTask ForgetQuietlyAsync(TaskNode node)
    {
        try
        {
            await ForgetAsync(node).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _log.LedgerFailed(e);
        }
    }

    private async Task EndAsync(TaskNode task, string? allocation)
    {
        try
        {
            if (allocation is not null)
            {
                await Ledger.ReturnAsync(allocation, CancellationToken.None).ConfigureAwait(false);
                _queue.Signal();
            }

        }
        catch (Exception e)
        {
            _log.LedgerFailed(e);
        }

        if (TaskBudget.Of(task).IsIdle)
        {
            _log.TaskWasIdle(task.Name);
        }

        await ForgetQuietlyAsync(task).ConfigureAwait(false);
    }

    // The rows of an ended task are of no more use; its summary is kept by the task itself.
    private async ValueTask ForgetAsync(TaskNode task)
    {
        TaskBudget budget = TaskBudget.Of(task);
        if (task.IsEnded && budget.HoldsNothing)
        {
            var scope = new BudgetScope(BudgetScopeKind.Task, task.Id);
            foreach (BudgetWindow window in budget.Limits.Select(l => l.Window).Append(BudgetWindow.Lifetime).Distinct())
            {
                await Ledger.ForgetAsync(scope.AccountFor(window), CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private static BudgetSummary SummaryOf(TaskNode node) => TaskBudget.Of(node).Summarize(new BudgetScope(BudgetScopeKind.Task, node.Id));

    private string NewId() => string.Create(CultureInfo.InvariantCulture, $"{_idPrefix}-{Interlocked.Increment(ref _ids):x}");
}
