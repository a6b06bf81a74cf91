namespace TokenThrift.Budgets;

/// <summary>The rules of the ledger as plain functions over one atomic step. Everything is checked before anything is written.</summary>
internal static class LedgerRules
{
    public static BudgetDecision Reserve(IBudgetTransaction books, BudgetReservation request, DateTimeOffset now, bool isAllocation)
    {
        BudgetAmounts amounts = request.Amounts.Clamped();
        if (books.FindHold(request.Id) is { } known)
        {
            bool same = known.Amounts == amounts && known.IsAllocation == isAllocation
                && known.Entries.Select(e => e.Account).SequenceEqual(request.Demands.Select(d => d.Entry.Account), StringComparer.Ordinal);
            return same ? new BudgetDecision { Hold = known } : new BudgetDecision { IsConflict = true };
        }

        // What the allocation holds becomes room for this hold within the same step, and is taken again by it.
        BudgetHold? allocation = request.Allocation is { } id ? books.FindHold(id) : null;
        BudgetAmounts drawn = allocation is { IsOpen: true } ? BudgetAmounts.Min(allocation.Amounts, amounts) : default;
        BudgetState? broken = null;
        bool waitable = true;
        foreach (BudgetDemand demand in request.Demands)
        {
            if (demand.Limits.Count == 0)
            {
                continue;
            }

            BudgetBalance balance = books.Sum(demand.Entry.Account, demand.From);
            BudgetAmounts freed = drawn != default && Covers(allocation!, demand) ? drawn : default;
            foreach (Limit limit in demand.Limits)
            {
                long posted = balance.Posted[limit.Meter];
                long held = balance.Held[limit.Meter] - freed[limit.Meter];
                long asked = amounts[limit.Meter];
                if ((Int128)posted + held + asked <= limit.Amount)
                {
                    continue;
                }

                bool helps = (Int128)posted + asked <= limit.Amount;
                if (broken is null || (waitable && !helps))
                {
                    broken = new BudgetState(demand.Scope, limit, posted, held, demand.ResetsAt);
                }

                waitable &= helps;
            }
        }

        if (broken is not null && request.Enforce)
        {
            return new BudgetDecision { Broken = broken, IsWaitable = waitable };
        }

        if (drawn != default)
        {
            Move(books, allocation!, default, default(BudgetAmounts) - drawn);
            DateTimeOffset lasts = now + request.AllocationTimeToLive;
            books.PutHold(allocation! with { Amounts = allocation.Amounts - drawn, ExpiresAt = lasts > allocation.ExpiresAt ? lasts : allocation.ExpiresAt });
        }

        var entries = new BudgetEntry[request.Demands.Count];
        for (int i = 0; i < entries.Length; i++)
        {
            entries[i] = request.Demands[i].Entry;
        }

        var hold = new BudgetHold
        {
            Id = request.Id,
            Entries = entries,
            Amounts = amounts,
            CreatedAt = now,
            ExpiresAt = now + request.TimeToLive,
            Allocation = drawn != default ? request.Allocation : null,
            Drawn = drawn,
            IsAllocation = isAllocation,
            ModelId = request.ModelId,
        };
        Move(books, hold, default, amounts);
        books.PutHold(hold);
        return new BudgetDecision { Hold = hold, Broken = broken };
    }

    public static BudgetOutcome MarkSent(IBudgetTransaction books, string id)
    {
        if (books.FindHold(id) is not { IsAllocation: false } hold)
        {
            return BudgetOutcome.NotFound;
        }

        if (hold.Phase == BudgetHoldPhase.Reserved)
        {
            books.PutHold(hold with { Phase = BudgetHoldPhase.Sent });
            return BudgetOutcome.Done;
        }

        return hold.Phase == BudgetHoldPhase.Sent ? BudgetOutcome.Repeated : BudgetOutcome.Conflict;
    }

    public static BudgetOutcome Extend(IBudgetTransaction books, string id, DateTimeOffset until)
    {
        if (books.FindHold(id) is not { IsAllocation: false } hold)
        {
            return BudgetOutcome.NotFound;
        }

        if (!hold.IsOpen)
        {
            return BudgetOutcome.Conflict;
        }

        if (hold.ExpiresAt >= until)
        {
            return BudgetOutcome.Repeated;
        }

        books.PutHold(hold with { ExpiresAt = until });
        return BudgetOutcome.Done;
    }

    public static BudgetOutcome Settle(IBudgetTransaction books, string id, BudgetAmounts reported, BudgetEvidence evidence)
    {
        if (books.FindHold(id) is not { IsAllocation: false } hold)
        {
            return BudgetOutcome.NotFound;
        }

        BudgetAmounts actual = reported.Clamped();
        switch (hold.Phase)
        {
            case BudgetHoldPhase.Reserved or BudgetHoldPhase.Sent:
                Resolve(books, hold, actual, BudgetHoldPhase.Settled, evidence);
                return BudgetOutcome.Done;
            case BudgetHoldPhase.Settled:
                return hold.Charged == actual ? BudgetOutcome.Repeated : BudgetOutcome.Conflict;
            default:
                // It had run out or was given back; what was used is posted all the same, in place of what was assumed.
                Repost(books, hold, actual, evidence);
                return BudgetOutcome.Late;
        }
    }

    public static BudgetOutcome Void(IBudgetTransaction books, string id, bool knownUnbilled)
    {
        if (books.FindHold(id) is not { IsAllocation: false } hold)
        {
            return BudgetOutcome.NotFound;
        }

        switch (hold.Phase)
        {
            case BudgetHoldPhase.Voided:
                return BudgetOutcome.Repeated;
            case BudgetHoldPhase.Reserved:
            case BudgetHoldPhase.Sent when knownUnbilled:
                Resolve(books, hold, default, BudgetHoldPhase.Voided, null);
                return BudgetOutcome.Done;
            case BudgetHoldPhase.Unknown when knownUnbilled:
                Repost(books, hold, default, BudgetEvidence.Reported);
                return BudgetOutcome.Late;
            default:
                return BudgetOutcome.Conflict;
        }
    }

    public static IReadOnlyList<BudgetHold> Expire(IBudgetTransaction books, DateTimeOffset now, int count)
    {
        IReadOnlyList<BudgetHold> expired = books.FindExpired(now, count);
        if (expired.Count == 0)
        {
            return [];
        }

        var ended = new List<BudgetHold>(expired.Count);
        foreach (BudgetHold hold in expired)
        {
            // Money that may have been billed is never handed back in silence; what is only set aside was not. A hold that ended a
            // moment ago may have given something back to an allocation, so that is read again.
            ended.Add(hold.IsAllocation ? EndAllocation(books, books.FindHold(hold.Id)!) : hold.Phase == BudgetHoldPhase.Reserved
                ? Resolve(books, hold, default, BudgetHoldPhase.Voided, null)
                : Resolve(books, hold, hold.Amounts, BudgetHoldPhase.Unknown, BudgetEvidence.WorstCase));
        }

        return ended;
    }

    public static BudgetOutcome Correct(IBudgetTransaction books, string correctionId, string id, BudgetAmounts billed)
    {
        if (books.FindHold(id) is not { IsAllocation: false } hold)
        {
            return BudgetOutcome.NotFound;
        }

        if (hold.IsOpen)
        {
            return BudgetOutcome.Conflict;
        }

        if (!books.TryNoteCorrection(correctionId))
        {
            return BudgetOutcome.Repeated;
        }

        Repost(books, hold, billed.Clamped(), BudgetEvidence.Invoice);
        return BudgetOutcome.Done;
    }

    public static BudgetOutcome Return(IBudgetTransaction books, string id)
    {
        if (books.FindHold(id) is not { IsAllocation: true } allocation)
        {
            return BudgetOutcome.NotFound;
        }

        if (!allocation.IsOpen)
        {
            return BudgetOutcome.Repeated;
        }

        EndAllocation(books, allocation);
        return BudgetOutcome.Done;
    }

    private static BudgetHold EndAllocation(IBudgetTransaction books, BudgetHold allocation)
    {
        Move(books, allocation, default, default(BudgetAmounts) - allocation.Amounts);
        BudgetHold ended = allocation with { Phase = BudgetHoldPhase.Settled, Amounts = default };
        books.PutHold(ended);
        GiveBack(books, allocation, BudgetAmounts.Min(allocation.Drawn, allocation.Amounts));
        return ended;
    }

    private static BudgetHold Resolve(IBudgetTransaction books, BudgetHold hold, BudgetAmounts posted, BudgetHoldPhase phase, BudgetEvidence? evidence)
    {
        Move(books, hold, posted, default(BudgetAmounts) - hold.Amounts);
        BudgetHold ended = hold with { Phase = phase, Charged = posted, Evidence = evidence };
        books.PutHold(ended);
        GiveBack(books, hold, hold.Drawn - BudgetAmounts.Min(hold.Drawn, posted));
        return ended;
    }

    private static void Repost(IBudgetTransaction books, BudgetHold hold, BudgetAmounts actual, BudgetEvidence evidence)
    {
        Move(books, hold, actual - hold.Charged, default);
        books.PutHold(hold with { Phase = BudgetHoldPhase.Settled, Charged = actual, Evidence = evidence });
    }

    // What a hold drew from its allocation and did not use goes back to it while it is open.
    private static void GiveBack(IBudgetTransaction books, BudgetHold hold, BudgetAmounts unused)
    {
        if (unused != default && hold.Allocation is { } id && books.FindHold(id) is { IsOpen: true } allocation)
        {
            Move(books, allocation, default, unused);
            books.PutHold(allocation with { Amounts = allocation.Amounts + unused });
        }
    }

    private static bool Covers(BudgetHold allocation, BudgetDemand demand) => allocation.Entries.Contains(demand.Entry);

    private static void Move(IBudgetTransaction books, BudgetHold hold, BudgetAmounts posted, BudgetAmounts held)
    {
        foreach (BudgetEntry entry in hold.Entries)
        {
            BudgetBalance now = books.Add(entry, posted, held);
            if (!now.Held.IsNonNegative() || !now.Posted.IsNonNegative())
            {
                throw new InvalidOperationException($"The ledger is inconsistent: account '{entry.Account}' holds {now.Held} and has posted {now.Posted} after hold '{hold.Id}'.");
            }
        }
    }
}
