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
            : ReadLimitsAsync(demands, limited, cancellationToken);
    }

    private async ValueTask<(List<BudgetDemand> Demands, IReadOnlyList<BudgetState> Limits)> ReadLimitsAsync(
        List<BudgetDemand> demands, List<BudgetDemand> limited, CancellationToken cancellationToken)
    {
        IReadOnlyList<BudgetBalance> balances = await Ledger.ReadAsync(limited, cancellationToken).ConfigureAwait(false);
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
            Allocation = request.Task is { } task ? TaskBudget.Of(task).Allocation : null,
            Enforce = !Options.Observe,
            ModelId = request.Model?.Id,
        };

        bool mayWait = limited.Length > 0 && Options.HoldWait > TimeSpan.Zero && !Options.Observe;
        if (!mayWait || !_queue.MustQueue(limited))
        {
            BudgetDecision decision = await TryAsync(reservation, limited.Length > 0, cancellationToken).ConfigureAwait(false);
            if (decision.IsAdmitted)
            {
                return Lease(request, decision);
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
                    decision = await TryAsync(reservation, true, cancellationToken).ConfigureAwait(false);
                    if (decision.IsAdmitted)
                    {
                        return Lease(request, decision);
                    }

                    if (!decision.IsWaitable)
                    {
                        throw Refuse(request, decision);
                    }
                }

                TimeSpan left = Options.HoldWait - _time.GetElapsedTime(began);
                if (left <= TimeSpan.Zero)
                {
                    decision ??= await TryAsync(reservation, true, cancellationToken).ConfigureAwait(false);
                    return decision.IsAdmitted ? Lease(request, decision) : throw Refuse(request, decision);
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

    private async ValueTask<BudgetDecision> TryAsync(BudgetReservation reservation, bool isLimited, CancellationToken cancellationToken)
    {
        try
        {
            return await Ledger.ReserveAsync(reservation, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _log.LedgerFailed(e);
            if (isLimited && !Options.Observe)
            {
                throw Unavailable(e);
            }

            // Nothing limits the call, so a ledger that only records must not stop it.
            return new BudgetDecision
            {
                Hold = new BudgetHold { Id = reservation.Id, Entries = [], Amounts = reservation.Amounts.Clamped() },
            };
        }
    }

    private BudgetLease Lease(BudgetRequest request, BudgetDecision decision)
    {
        var lease = new BudgetLease(this, request, decision.Hold!, decision.Broken);
        _meters.Held(lease.Held);
        for (TaskNode? node = request.Task; node is not null; node = node.Parent)
        {
            TaskBudget.Of(node).Hold(lease.Held);
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

        return decision.Broken is { } broken
            ? BudgetExceededException.Over(broken, request.WorstCase, request.Task is { } task ? SummaryOf(task) : null)
            : new BudgetExceededException(BudgetRefusal.LedgerUnavailable, "The ledger refused the hold: its id was used before.");
    }
}
