using TokenThrift.Requests;

namespace TokenThrift.Budgets;

/// <content>How a hold is planned for, taken and waited for.</content>
public sealed partial class BudgetService
{
    /// <summary>Lists the accounts that a request draws on and reads those that are limited; the gate plans by it and then holds on the same accounts.</summary>
    internal ValueTask<(List<BudgetDemand> Demands, IReadOnlyList<BudgetState> Limits)> PrepareAsync(BudgetRequest request, CancellationToken cancellationToken)
    {
        List<BudgetDemand> demands = _demands.Build(request, _time.GetUtcNow());
        List<BudgetDemand> limited = demands.FindAll(static d => d.Limits.Count > 0);
        return limited.Count == 0
            ? ValueTask.FromResult((demands, (IReadOnlyList<BudgetState>)[]))
            : ReadLimitsAsync(request, demands, limited, cancellationToken);
    }

    private async ValueTask<(List<BudgetDemand> Demands, IReadOnlyList<BudgetState> Limits)> ReadLimitsAsync(
        BudgetRequest request, List<BudgetDemand> demands, List<BudgetDemand> limited, CancellationToken cancellationToken)
    {
        IReadOnlyList<BudgetBalance> balances;
        try
        {
            if (_offline.HasLease && _offline.IsPaused && !Options.Observe)
            {
                return (demands, LimitsOffline(request));
            }

            await PostOwedAsync().ConfigureAwait(false);
            balances = await Ledger.ReadAsync(limited, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LedgerFailed(e);
            return Options.Observe ? (demands, [])
                : _offline.HasLease ? (demands, LimitsOffline(request))
                : throw Unavailable(e);
        }

        var limits = new List<BudgetState>(limited.Count);
        for (int i = 0; i < limited.Count; i++)
        {
            foreach (Limit limit in limited[i].Limits)
            {
                limits.Add(new BudgetState(limited[i].Scope, limit, balances[i].Posted[limit.Meter], balances[i].Held[limit.Meter], limited[i].ResetsAt));
            }
        }

        return (demands, limits);
    }

    // Without the ledger a call is measured by the tallies of its tasks and by the lease.
    private List<BudgetState> LimitsOffline(BudgetRequest request)
    {
        List<BudgetState> limits = [_offline.State];
        for (TaskNode? node = request.Task; node is not null; node = node.Parent)
        {
            limits.AddRange(TaskBudget.Of(node).StatesFor(node, request.IsFinal));
        }

        return limits;
    }

    private async ValueTask PostOwedAsync()
    {
        if (!_offline.IsPaused)
        {
            await _offline.PostOwedAsync(Ledger, _log).ConfigureAwait(false);
        }
    }

    internal ValueTask<BudgetLease> HoldAsync(BudgetRequest request, List<BudgetDemand> demands, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_hasTasks && request is { Task: null, Identity.Task: { } named } && !Options.Observe)
        {
            throw new BudgetExceededException(BudgetRefusal.UnknownTask, $"The request names the task '{named}', which is not open in this process, so its limits cannot be kept.");
        }

        return HoldAsync(request, demands, [.. demands.Where(static d => d.Limits.Count > 0).Select(static d => d.Entry.Account)], cancellationToken);
    }

    private async ValueTask<BudgetLease> HoldAsync(BudgetRequest request, List<BudgetDemand> demands, string[] limited, CancellationToken cancellationToken)
    {
        var reservation = new BudgetReservation
        {
            Id = NewId(),
            Demands = demands,
            Amounts = request.WorstCase,
            TimeToLive = Options.HoldTimeToLive,
            AllocationTimeToLive = Options.AllocationTimeToLive,
            Allocation = request.Task is { } task ? TaskBudget.Of(task).Allocation : null,
            Enforce = !Options.Observe,
            ModelId = request.Model?.Id,
        };

        bool isEnforced = limited.Length > 0 && !Options.Observe;
        bool mayWait = isEnforced && Options.HoldWait > TimeSpan.Zero;
        if (!mayWait || !_queue.MustQueue(limited))
        {
            BudgetDecision decision = await TryAsync(request, reservation, isEnforced, cancellationToken).ConfigureAwait(false);
            if (decision.IsAdmitted)
            {
                return Lease(request, reservation, decision, isEnforced);
            }

            if (!mayWait || !decision.IsWaitable)
            {
                throw Refuse(request, decision);
            }
        }

        return await WaitAsync(request, reservation, limited, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<BudgetLease> WaitAsync(BudgetRequest request, BudgetReservation reservation, string[] limited, CancellationToken cancellationToken)
    {
        long began = _time.GetTimestamp();
        HoldQueue.Waiter waiter = _queue.Enter(limited);
        try
        {
            BudgetDecision? decision = null;
            while (true)
            {
                Task signal = waiter.Arm();
                if (_queue.IsFirst(waiter))
                {
                    // The time has moved on: a window may have turned.
                    reservation = reservation with { Demands = _demands.Build(request, _time.GetUtcNow()) };
                    decision = await TryAsync(request, reservation, true, cancellationToken).ConfigureAwait(false);
                    if (decision.IsAdmitted)
                    {
                        return Lease(request, reservation, decision, true);
                    }

                    if (!decision.IsWaitable)
                    {
                        throw Refuse(request, decision);
                    }
                }

                TimeSpan left = Options.HoldWait - _time.GetElapsedTime(began);
                if (left <= TimeSpan.Zero)
                {
                    decision ??= await TryAsync(request, reservation, true, cancellationToken).ConfigureAwait(false);
                    return decision.IsAdmitted ? Lease(request, reservation, decision, true) : throw Refuse(request, decision);
                }

                TimeSpan poll = Ledger.IsShared ? SharedPoll : OwnPoll;
                try
                {
                    await signal.WaitAsync(left < poll ? left : poll, _time, cancellationToken).ConfigureAwait(false);
                }
                catch (TimeoutException)
                {
                    // Look again: a hold may have run out, or another process may have given something back.
                }
            }
        }
        finally
        {
            _queue.Leave(waiter);
        }
    }

    private async ValueTask<BudgetDecision> TryAsync(BudgetRequest request, BudgetReservation reservation, bool isEnforced, CancellationToken cancellationToken)
    {
        if (isEnforced && _offline.HasLease && _offline.IsPaused)
        {
            return TakeLocally(request, reservation);
        }

        try
        {
            await PostOwedAsync().ConfigureAwait(false);
            BudgetDecision decision = await Ledger.ReserveAsync(reservation, cancellationToken).ConfigureAwait(false);
            _offline.Reached();
            return decision;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LedgerFailed(e);
            if (isEnforced)
            {
                return _offline.HasLease ? TakeLocally(request, reservation) : throw Unavailable(e);
            }

            // Nothing refuses the call, so a ledger that only records must not stop it.
            return new BudgetDecision
            {
                Hold = new BudgetHold { Id = reservation.Id, Entries = [], Amounts = reservation.Amounts.Clamped() },
                IsLocal = true,
            };
        }
    }

    private BudgetDecision TakeLocally(BudgetRequest request, BudgetReservation reservation)
    {
        BudgetDecision decision = _offline.Take(request, reservation);
        _log.RunsOnLease(_offline.State);
        return decision;
    }

    private BudgetLease Lease(BudgetRequest request, BudgetReservation reservation, BudgetDecision decision, bool isEnforced)
    {
        var lease = new BudgetLease(this, request, reservation, decision, isEnforced);
        _meters.Held(lease.Held);
        if (lease.Local is not { DrawsOnLease: true })
        {
            Tally(lease, release: false);
        }

        return lease;
    }

    private BudgetExceededException Refuse(BudgetRequest request, BudgetDecision decision)
    {
        _meters.Refused(decision.Broken);
        for (TaskNode? node = request.Task; node is not null; node = node.Parent)
        {
            TaskBudget.Of(node).Refuse();
        }

        return decision is { IsLocal: true, Broken.Scope.Kind: not BudgetScopeKind.Task } ? Unavailable(null, decision.Broken)
            : decision.Broken is { } broken ? BudgetExceededException.Over(broken, request.WorstCase, request.Task is { } task ? SummaryOf(task) : null)
            : new BudgetExceededException(BudgetRefusal.LedgerUnavailable, "The ledger refused the hold: its id was used before.");
    }
}
