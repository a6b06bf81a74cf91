using TokenThrift.Models;
using TokenThrift.Requests;

namespace TokenThrift.Budgets;

/// <summary>What this process may still spend while the ledger is out of reach, and what it then owes the ledger. Safe for concurrent use.</summary>
/// <remarks>
/// The lease is one amount for all that runs in the process. What was spent on it is posted when the ledger is back; only what then
/// still fits every limit becomes room again, so that over all outages together no limit is passed by more than the lease.
/// </remarks>
internal sealed class OfflineBooks(NanoUsd? lease, TimeProvider time)
{
    private const int MostOwed = 10_000;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private static readonly BudgetScope Scope = new(BudgetScopeKind.Process, "local lease");
    private readonly Lock _lock = new();
    private readonly Queue<OwedPosting> _owed = new();
    private readonly Limit _limit = Limit.Usd((lease ?? NanoUsd.Zero).Usd);
    private BudgetAmounts _used;
    private BudgetAmounts _held;
    private long? _failedAt;
    private bool _isPosting;

    /// <summary>Gets a value indicating whether calls under a limit may run without the ledger at all.</summary>
    public bool HasLease => lease is not null;

    /// <summary>Gets a value indicating whether the ledger failed a moment ago, so that asking it again would only cost time.</summary>
    public bool IsPaused
    {
        get
        {
            lock (_lock)
            {
                return _failedAt is { } at && time.GetElapsedTime(at) < Pause;
            }
        }
    }

    /// <summary>Gets how the lease stands.</summary>
    public BudgetState State
    {
        get
        {
            lock (_lock)
            {
                return StateNow();
            }
        }
    }

    public void Failed()
    {
        lock (_lock)
        {
            _failedAt = time.GetTimestamp();
        }
    }

    public void Reached()
    {
        lock (_lock)
        {
            _failedAt = null;
        }
    }

    /// <summary>Takes a hold on the lease and on the tallies of the tasks, which this process knows without the ledger.</summary>
    /// <returns>The decision; where it admits, the tasks' tallies hold the amounts.</returns>
    public BudgetDecision Take(BudgetRequest request, BudgetReservation reservation)
    {
        BudgetAmounts amounts = reservation.Amounts.Clamped();
        lock (_lock)
        {
            BudgetState? broken = _owed.Count >= MostOwed || Exceeds(StateNow(), amounts) ? StateNow() : null;
            for (TaskNode? node = request.Task; node is not null && broken is null; node = node.Parent)
            {
                broken = TaskBudget.Of(node).StatesFor(node, request.IsFinal).FirstOrDefault(s => Exceeds(s, amounts));
            }

            if (broken is not null)
            {
                return new BudgetDecision
                {
                    Broken = broken,
                    IsLocal = true,
                    IsWaitable = _owed.Count < MostOwed && (Int128)broken.Posted + amounts[broken.Limit.Meter] <= broken.Limit.Amount,
                };
            }

            _held += amounts;
            for (TaskNode? node = request.Task; node is not null; node = node.Parent)
            {
                TaskBudget.Of(node).Hold(amounts);
            }

            return new BudgetDecision { Hold = new BudgetHold { Id = reservation.Id, Entries = [], Amounts = amounts }, IsLocal = true };
        }
    }

    /// <summary>Ends a hold on the lease.</summary>
    public void End(BudgetAmounts held, BudgetAmounts charged)
    {
        lock (_lock)
        {
            _held -= held;
            _used += charged;
        }
    }

    /// <summary>Notes what the ledger has to be told once it is back.</summary>
    /// <returns><see langword="false"/> when too much is owed already.</returns>
    public bool Owe(OwedPosting posting)
    {
        lock (_lock)
        {
            if (_owed.Count >= MostOwed)
            {
                return false;
            }

            _owed.Enqueue(posting);
            return true;
        }
    }

    /// <summary>Tells the ledger what it missed, in order, until it fails again. One caller at a time; the others go on.</summary>
    /// <exception cref="Exception">The ledger failed; what is still owed stays.</exception>
    public async ValueTask PostOwedAsync(IBudgetLedger ledger, BudgetLog log)
    {
        lock (_lock)
        {
            if (_owed.Count == 0 || _isPosting)
            {
                return;
            }

            _isPosting = true;
        }

        try
        {
            while (Next() is { } posting)
            {
                bool fits = false;
                try
                {
                    fits = await posting.PostAsync(ledger).ConfigureAwait(false);
                }
                catch (Exception e) when (e is InvalidOperationException or ArgumentException)
                {
                    // The ledger is there and will never take it; it must not keep back all that follows.
                    log.NotPosted(e, posting.HoldId);
                }

                Posted(posting, fits);
            }
        }
        finally
        {
            lock (_lock)
            {
                _isPosting = false;
            }
        }
    }

    private static bool Exceeds(BudgetState state, BudgetAmounts amounts) => (Int128)state.Posted + state.Held + amounts[state.Limit.Meter] > state.Limit.Amount;

    private OwedPosting? Next()
    {
        lock (_lock)
        {
            return _owed.TryPeek(out OwedPosting? posting) ? posting : null;
        }
    }

    private void Posted(OwedPosting posting, bool fits)
    {
        lock (_lock)
        {
            _owed.Dequeue();
            if (fits && posting.DrewOnLease)
            {
                _used -= posting.Charged ?? default;
            }
        }
    }

    private BudgetState StateNow() => new(Scope, _limit, _used.Usd.Value, _held.Usd.Value, null);
}
