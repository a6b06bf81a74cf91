using TokenThrift.Budgets;

namespace TokenThrift.Evaluation.Budgets;

/// <summary>A second, plain telling of the rules, against which the simulation holds the product's ledger after every step.</summary>
internal sealed class ReferenceLedger
{
    private readonly Dictionary<string, Dictionary<long, BudgetBalance>> _rows = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Hold> _holds = new(StringComparer.Ordinal);
    private readonly HashSet<Hold> _open = [];
    private readonly HashSet<string> _corrections = new(StringComparer.Ordinal);

    /// <summary>Gets, by account, by how much spent and held together have grown other than by an admitted hold: the published overrun.</summary>
    public Dictionary<string, BudgetAmounts> Overrun { get; } = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, Hold> Holds => _holds;

    /// <summary>Gets the ids of all holds, in the order in which they were taken.</summary>
    public List<string> Ids { get; } = [];

    /// <summary>Gets the holds that are open, allocations among them.</summary>
    public IReadOnlyCollection<Hold> Open => _open;

    public BudgetBalance Sum(string account, long from)
    {
        BudgetAmounts posted = default;
        BudgetAmounts held = default;
        foreach ((long bucket, BudgetBalance row) in _rows.GetValueOrDefault(account) ?? [])
        {
            if (bucket >= from)
            {
                posted += row.Posted;
                held += row.Held;
            }
        }

        return new(posted, held);
    }

    /// <summary>Says whether a hold must be admitted.</summary>
    public bool Admits(BudgetReservation request)
    {
        BudgetAmounts drawn = DrawnFor(request);
        foreach (BudgetDemand demand in request.Demands)
        {
            BudgetBalance balance = Sum(demand.Entry.Account, demand.From);
            BudgetAmounts freed = drawn != default && _holds[request.Allocation!].Entries.Contains(demand.Entry) ? drawn : default;
            if (demand.Limits.Any(l => balance.Posted[l.Meter] + balance.Held[l.Meter] - freed[l.Meter] + request.Amounts[l.Meter] > l.Amount))
            {
                return false;
            }
        }

        return true;
    }

    public void Reserve(BudgetReservation request, DateTimeOffset now, bool isAllocation)
    {
        BudgetAmounts drawn = DrawnFor(request);
        if (drawn != default)
        {
            Hold allocation = _holds[request.Allocation!];
            allocation.Amounts -= drawn;
            DateTimeOffset lasts = now + request.AllocationTimeToLive;
            allocation.ExpiresAt = lasts > allocation.ExpiresAt ? lasts : allocation.ExpiresAt;
            Move(allocation.Entries, default, default(BudgetAmounts) - drawn, false);
        }

        var hold = new Hold
        {
            Id = request.Id,
            Entries = [.. request.Demands.Select(d => d.Entry)],
            Amounts = request.Amounts,
            Held = request.Amounts,
            ExpiresAt = now + request.TimeToLive,
            IsAllocation = isAllocation,
            Drawn = drawn,
            Allocation = drawn != default ? request.Allocation : null,
        };
        _holds[request.Id] = hold;
        Ids.Add(request.Id);
        _open.Add(hold);

        Move(hold.Entries, default, hold.Amounts, false);
    }

    public BudgetOutcome MarkSent(string id)
    {
        if (!_holds.TryGetValue(id, out Hold? hold))
        {
            return BudgetOutcome.NotFound;
        }

        if (hold.Phase == BudgetHoldPhase.Reserved)
        {
            hold.Phase = BudgetHoldPhase.Sent;
            return BudgetOutcome.Done;
        }

        return hold.Phase == BudgetHoldPhase.Sent ? BudgetOutcome.Repeated : BudgetOutcome.Conflict;
    }

    public BudgetOutcome Extend(string id, DateTimeOffset until)
    {
        if (!_holds.TryGetValue(id, out Hold? hold))
        {
            return BudgetOutcome.NotFound;
        }

        if (hold.Phase > BudgetHoldPhase.Sent)
        {
            return BudgetOutcome.Conflict;
        }

        BudgetOutcome outcome = hold.ExpiresAt >= until ? BudgetOutcome.Repeated : BudgetOutcome.Done;
        hold.ExpiresAt = hold.ExpiresAt >= until ? hold.ExpiresAt : until;
        return outcome;
    }

    public BudgetOutcome Settle(string id, BudgetAmounts actual)
    {
        if (!_holds.TryGetValue(id, out Hold? hold))
        {
            return BudgetOutcome.NotFound;
        }

        switch (hold.Phase)
        {
            case BudgetHoldPhase.Settled:
                return hold.Charged == actual ? BudgetOutcome.Repeated : BudgetOutcome.Conflict;
            case BudgetHoldPhase.Voided or BudgetHoldPhase.Unknown:
                Repost(hold, actual);
                return BudgetOutcome.Late;
            default:
                Resolve(hold, actual, BudgetHoldPhase.Settled);
                return BudgetOutcome.Done;
        }
    }

    public BudgetOutcome Void(string id, bool knownUnbilled)
    {
        if (!_holds.TryGetValue(id, out Hold? hold))
        {
            return BudgetOutcome.NotFound;
        }

        if (hold.Phase == BudgetHoldPhase.Voided)
        {
            return BudgetOutcome.Repeated;
        }

        if (hold.Phase == BudgetHoldPhase.Reserved || (hold.Phase == BudgetHoldPhase.Sent && knownUnbilled))
        {
            Resolve(hold, default, BudgetHoldPhase.Voided);
            return BudgetOutcome.Done;
        }

        if (hold.Phase == BudgetHoldPhase.Unknown && knownUnbilled)
        {
            Repost(hold, default);
            return BudgetOutcome.Late;
        }

        return BudgetOutcome.Conflict;
    }

    public void Expire(DateTimeOffset now)
    {
        foreach (Hold hold in _open.Where(h => h.ExpiresAt <= now).OrderBy(h => h.ExpiresAt).ToArray())
        {
            if (hold.IsAllocation)
            {
                Return(hold.Id);
                continue;
            }

            bool wasSent = hold.Phase == BudgetHoldPhase.Sent;
            Resolve(hold, wasSent ? hold.Amounts : default, wasSent ? BudgetHoldPhase.Unknown : BudgetHoldPhase.Voided);
        }
    }

    public BudgetOutcome Correct(string correction, string id, BudgetAmounts billed)
    {
        if (!_holds.TryGetValue(id, out Hold? hold))
        {
            return BudgetOutcome.NotFound;
        }

        if (hold.Phase <= BudgetHoldPhase.Sent)
        {
            return BudgetOutcome.Conflict;
        }

        if (!_corrections.Add(correction))
        {
            return BudgetOutcome.Repeated;
        }

        Repost(hold, billed);
        return BudgetOutcome.Done;
    }

    public BudgetOutcome Return(string id)
    {
        if (!_holds.TryGetValue(id, out Hold? hold) || !hold.IsAllocation)
        {
            return BudgetOutcome.NotFound;
        }

        if (hold.Phase == BudgetHoldPhase.Settled)
        {
            return BudgetOutcome.Repeated;
        }

        BudgetAmounts left = hold.Amounts;
        Move(hold.Entries, default, default(BudgetAmounts) - left, false);
        hold.Amounts = default;
        hold.Phase = BudgetHoldPhase.Settled;
        _open.Remove(hold);
        GiveBack(hold, BudgetAmounts.Min(hold.Drawn, left));
        return BudgetOutcome.Done;
    }

    private BudgetAmounts DrawnFor(BudgetReservation request) =>
        request.Allocation is { } id && _holds.TryGetValue(id, out Hold? allocation) && allocation.Phase == BudgetHoldPhase.Reserved
            ? BudgetAmounts.Min(allocation.Amounts, request.Amounts)
            : default;

    private void Resolve(Hold hold, BudgetAmounts posted, BudgetHoldPhase phase)
    {
        Move(hold.Entries, posted, default(BudgetAmounts) - hold.Amounts, true);
        hold.Phase = phase;
        hold.Charged = posted;
        _open.Remove(hold);
        GiveBack(hold, hold.Drawn - BudgetAmounts.Min(hold.Drawn, posted));
    }

    private void GiveBack(Hold hold, BudgetAmounts unused)
    {
        if (unused != default && hold.Allocation is { } id && _holds[id] is { Phase: BudgetHoldPhase.Reserved } allocation)
        {
            allocation.Amounts += unused;
            Move(allocation.Entries, default, unused, false);
        }
    }

    private void Repost(Hold hold, BudgetAmounts actual)
    {
        Move(hold.Entries, actual - hold.Charged, default, true);
        hold.Phase = BudgetHoldPhase.Settled;
        hold.Charged = actual;
    }

    private void Move(IEnumerable<BudgetEntry> entries, BudgetAmounts posted, BudgetAmounts held, bool isEnd)
    {
        foreach (BudgetEntry entry in entries)
        {
            if (!_rows.TryGetValue(entry.Account, out Dictionary<long, BudgetBalance>? rows))
            {
                _rows[entry.Account] = rows = [];
            }

            BudgetBalance row = rows.GetValueOrDefault(entry.Bucket);
            rows[entry.Bucket] = new(row.Posted + posted, row.Held + held);
            if (isEnd)
            {
                Overrun[entry.Account] = Overrun.GetValueOrDefault(entry.Account) + BudgetAmounts.Larger(posted + held, default);
            }
        }
    }

    internal sealed class Hold
    {
        public required string Id { get; init; }

        public required IReadOnlyList<BudgetEntry> Entries { get; init; }

        /// <summary>Gets or sets what is held now; an allocation's shrinks as it is drawn on.</summary>
        public BudgetAmounts Amounts { get; set; }

        /// <summary>Gets what was held at first.</summary>
        public BudgetAmounts Held { get; init; }

        public BudgetAmounts Charged { get; set; }

        public BudgetAmounts Drawn { get; init; }

        public BudgetHoldPhase Phase { get; set; }

        public DateTimeOffset ExpiresAt { get; set; }

        public bool IsAllocation { get; init; }

        public string? Allocation { get; init; }
    }
}
