using TokenThrift.Requests;

namespace TokenThrift.Budgets;

/// <content>How a hold is marked, extended and ended. Once a call was sent, nothing here throws at it.</content>
public sealed partial class BudgetService
{
    internal async ValueTask MarkSentAsync(BudgetLease lease, CancellationToken cancellationToken)
    {
        if (lease.Local is not null)
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
            LedgerFailed(e);
            MoveToLease(lease, e);
            return;
        }

        if (outcome is not (BudgetOutcome.Done or BudgetOutcome.Repeated) && lease.IsEnforced)
        {
            throw new BudgetExceededException(BudgetRefusal.LedgerUnavailable, "The hold of this call ran out before the call was sent.");
        }
    }

    internal async ValueTask ExtendAsync(BudgetLease lease)
    {
        try
        {
            _ = lease.Local is null ? await Ledger.ExtendAsync(lease.Id, Options.HoldTimeToLive, CancellationToken.None).ConfigureAwait(false) : default;
        }
        catch (Exception e)
        {
            LedgerFailed(e);
        }
    }

    internal async ValueTask SettleAsync(BudgetLease lease, BudgetAmounts actual, BudgetEvidence evidence, bool isUnpriced)
    {
        if (lease.Local is { } local)
        {
            EndLocal(lease, local, actual, evidence);
        }
        else
        {
            try
            {
                BudgetOutcome outcome = await Ledger.SettleAsync(lease.Id, actual, evidence, CancellationToken.None).ConfigureAwait(false);
                if (outcome is BudgetOutcome.NotFound or BudgetOutcome.Conflict)
                {
                    _log.NotSettled(lease.Id, outcome);
                }
            }
            catch (Exception e)
            {
                // The hold stays until the ledger is back; if this process does not live to tell it, the hold runs out and is charged in full.
                LedgerFailed(e);
                Owe(new OwedPosting(lease.Id, actual, evidence));
            }
        }

        await EndedAsync(lease, actual, evidence != BudgetEvidence.Reported, isUnpriced).ConfigureAwait(false);
    }

    internal async ValueTask VoidAsync(BudgetLease lease)
    {
        if (lease.Local is { } local)
        {
            EndLocal(lease, local, null, BudgetEvidence.Reported);
        }
        else
        {
            try
            {
                await Ledger.VoidAsync(lease.Id, knownUnbilled: true, CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                LedgerFailed(e);
                Owe(new OwedPosting(lease.Id, null, BudgetEvidence.Reported));
            }
        }

        await EndedAsync(lease, default, false, false).ConfigureAwait(false);
    }

    private static BudgetExceededException Unavailable(Exception? e, BudgetState? localLease = null) => new(
        BudgetRefusal.LedgerUnavailable,
        "The budget ledger cannot be reached, and a limit applies to this call, so it was not sent."
            + (localLease is null ? string.Empty : $" What calls may use meanwhile does not cover it: {localLease}."),
        localLease,
        innerException: e);

    private void LedgerFailed(Exception e)
    {
        _offline.Failed();
        _log.LedgerFailed(e);
    }

    // The ledger was lost between the hold and the sending. What it may have noted of the call is taken back when it returns.
    private void MoveToLease(BudgetLease lease, Exception e)
    {
        BudgetReservation again = lease.Reservation with { Id = NewId() };
        if (!lease.IsEnforced)
        {
            lease.Local = new LocalHold(again, DrawsOnLease: false);
        }
        else if (!_offline.HasLease)
        {
            throw Unavailable(e);
        }
        else
        {
            Tally(lease, release: true);
            BudgetDecision decision = _offline.Take(lease.Request, again);
            if (!decision.IsAdmitted)
            {
                Tally(lease, release: false);
                throw Unavailable(e, decision.Broken);
            }

            lease.Local = new LocalHold(again, DrawsOnLease: true);
        }

        Owe(new OwedPosting(lease.Id, null, BudgetEvidence.Reported));
    }

    private static void Tally(BudgetLease lease, bool release)
    {
        for (TaskNode? node = lease.Request.Task; node is not null; node = node.Parent)
        {
            TaskBudget.Of(node).Hold(release ? default(BudgetAmounts) - lease.Held : lease.Held);
        }
    }

    private void EndLocal(BudgetLease lease, LocalHold local, BudgetAmounts? charged, BudgetEvidence evidence)
    {
        if (local.DrawsOnLease)
        {
            _offline.End(lease.Held, charged ?? default);
        }

        if (charged is not null)
        {
            Owe(new OwedPosting(local.Reservation.Id, charged, evidence) { Missed = local.Reservation, DrewOnLease = local.DrawsOnLease });
        }
    }

    private void Owe(OwedPosting posting)
    {
        if (!_offline.Owe(posting))
        {
            _log.NotPosted(new InvalidOperationException("Too much is owed to the ledger already."), posting.HoldId);
        }
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
}
