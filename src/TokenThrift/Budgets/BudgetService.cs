using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TokenThrift.Models;
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
    private readonly OfflineBooks _offline;
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
        _offline = new OfflineBooks(Options.LocalLeaseUsd is { } lease ? NanoUsd.FromUsd(lease) : null, _time);
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

    private static void Validate(BudgetTaskOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.FinalReserve is not (>= 0 and <= 0.5))
        {
            throw new ArgumentException($"{nameof(options.FinalReserve)} must be from 0 to 0.5.", nameof(options));
        }
    }

    private async ValueTask<BudgetTask> AllocateAsync(AmbientTaskScope ambient, BudgetTaskOptions options, CancellationToken cancellationToken)
    {
        TaskNode node = ambient.Task;
        TaskBudget budget = TaskBudget.Of(node);
        budget.Limits = [.. options.Limits];
        TaskBudget.ShowCap(ambient.Task, options.Limits);
        budget.FinalReserve = options.FinalReserve;
        try
        {
            budget.Allocation = await SetAsideAsync(node, node.Parent, AmountsOf(options.Limits), cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            ambient.Dispose();
            throw;
        }

        return new BudgetTask(ambient, () => _ = EndAsync(node, budget.Allocation));
    }

    private static BudgetAmounts AmountsOf(IEnumerable<Limit> limits)
    {
        BudgetAmounts amounts = default;
        foreach (Limit limit in limits)
        {
            amounts = limit.Meter switch
            {
                BudgetMeter.Usd => amounts with { Usd = new(limit.Amount) },
                BudgetMeter.InputTokens => amounts with { InputTokens = limit.Amount },
                BudgetMeter.OutputTokens => amounts with { OutputTokens = limit.Amount },
                BudgetMeter.Calls => amounts with { Calls = limit.Amount },
                BudgetMeter.Time => amounts with { Milliseconds = limit.Amount },
                _ => throw new ArgumentException("Tokens of both kinds together cannot be set aside; limit input and output tokens apart.", nameof(limits)),
            };
        }

        return amounts;
    }

    private async ValueTask<string?> SetAsideAsync(TaskNode node, TaskNode? parent, BudgetAmounts amounts, CancellationToken cancellationToken)
    {
        BudgetDecision decision;
        try
        {
            decision = await Ledger.AllocateAsync(
                new BudgetReservation
                {
                    Id = NewId(),
                    Demands = _demands.Build(new BudgetRequest { Identity = node.Identity, Task = parent }, _time.GetUtcNow()),
                    Amounts = amounts,
                    TimeToLive = Options.AllocationTimeToLive,
                    AllocationTimeToLive = Options.AllocationTimeToLive,
                    Allocation = parent is null ? null : TaskBudget.Of(parent).Allocation,
                    Enforce = !Options.Observe,
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LedgerFailed(e);
            return Options.Observe ? null : throw Unavailable(e);
        }

        return decision.Hold?.Id ?? throw BudgetExceededException.Over(decision.Broken!, amounts, parent is null ? null : SummaryOf(parent));
    }

    private async ValueTask ForgetQuietlyAsync(TaskNode node)
    {
        try
        {
            await ForgetAsync(node).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            LedgerFailed(e);
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
            LedgerFailed(e);
            Owe(new OwedPosting(allocation!, null, BudgetEvidence.Reported) { IsAllocation = true });
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
