namespace TokenThrift.Budgets;

/// <summary>Keeps the rules of the books over a store.</summary>
/// <remarks>Safe for concurrent use if the store is.</remarks>
public sealed class BudgetLedger : IBudgetLedger
{
    private const int ExpireAtOnce = 500;
    private readonly IBudgetStore _store;
    private readonly TimeProvider _time;

    /// <summary>Initializes a new instance of the <see cref="BudgetLedger"/> class.</summary>
    /// <param name="store">Where the rows are kept.</param>
    /// <param name="time">The clock; <see langword="null"/> for the system's.</param>
    public BudgetLedger(IBudgetStore store, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        _store = store;
        _time = time ?? TimeProvider.System;
    }

    /// <inheritdoc/>
    public bool IsShared => _store.IsShared;

    /// <inheritdoc/>
    public ValueTask<BudgetDecision> ReserveAsync(BudgetReservation reservation, CancellationToken cancellationToken = default) =>
        ReserveAsync(Valid(reservation), isAllocation: false, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<BudgetDecision> AllocateAsync(BudgetReservation reservation, CancellationToken cancellationToken = default) =>
        ReserveAsync(Valid(reservation), isAllocation: true, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<BudgetOutcome> MarkSentAsync(string holdId, CancellationToken cancellationToken = default) =>
        _store.TransactAsync(static (books, id) => LedgerRules.MarkSent(books, id), Valid(holdId), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<BudgetOutcome> ExtendAsync(string holdId, TimeSpan timeToLive, CancellationToken cancellationToken = default) =>
        _store.TransactAsync(static (books, s) => LedgerRules.Extend(books, s.Id, s.Until), (Id: Valid(holdId), Until: _time.GetUtcNow() + timeToLive), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<BudgetOutcome> SettleAsync(string holdId, BudgetAmounts actual, BudgetEvidence evidence, CancellationToken cancellationToken = default) =>
        _store.TransactAsync(static (books, s) => LedgerRules.Settle(books, s.Id, s.Actual, s.Evidence), (Id: Valid(holdId), Actual: actual, Evidence: evidence), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<BudgetOutcome> VoidAsync(string holdId, bool knownUnbilled = false, CancellationToken cancellationToken = default) =>
        _store.TransactAsync(static (books, s) => LedgerRules.Void(books, s.Id, s.Unbilled), (Id: Valid(holdId), Unbilled: knownUnbilled), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<BudgetHold>> ExpireAsync(CancellationToken cancellationToken = default) =>
        _store.TransactAsync(static (books, now) => LedgerRules.Expire(books, now, ExpireAtOnce), _time.GetUtcNow(), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<BudgetOutcome> CorrectAsync(string correctionId, string holdId, BudgetAmounts actual, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(correctionId);
        return _store.TransactAsync(
            static (books, s) => LedgerRules.Correct(books, s.Correction, s.Id, s.Actual), (Correction: correctionId, Id: Valid(holdId), Actual: actual), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<BudgetOutcome> ReturnAsync(string allocationId, CancellationToken cancellationToken = default) =>
        _store.TransactAsync(static (books, id) => LedgerRules.Return(books, id), Valid(allocationId), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<BudgetBalance>> ReadAsync(IReadOnlyList<BudgetDemand> demands, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(demands);
        return _store.TransactAsync(
            static (books, d) =>
            {
                var balances = new BudgetBalance[d.Count];
                for (int i = 0; i < balances.Length; i++)
                {
                    balances[i] = books.Sum(d[i].Entry.Account, d[i].From);
                }

                return (IReadOnlyList<BudgetBalance>)balances;
            },
            demands,
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<BudgetHold?> FindAsync(string holdId, CancellationToken cancellationToken = default) =>
        _store.TransactAsync(static (books, id) => books.FindHold(id), Valid(holdId), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask ForgetAsync(string account, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(account);
        await _store.TransactAsync(
            static (books, a) =>
            {
                books.Forget(a);
                return true;
            },
            account,
            cancellationToken).ConfigureAwait(false);
    }

    private static string Valid(string id)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        return id;
    }

    private static BudgetReservation Valid(BudgetReservation reservation)
    {
        ArgumentNullException.ThrowIfNull(reservation);
        ArgumentException.ThrowIfNullOrWhiteSpace(reservation.Id);
        ArgumentNullException.ThrowIfNull(reservation.Demands);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(reservation.TimeToLive, TimeSpan.Zero);
        for (int i = 1; i < reservation.Demands.Count; i++)
        {
            for (int j = 0; j < i; j++)
            {
                if (reservation.Demands[i].Entry.Account == reservation.Demands[j].Entry.Account)
                {
                    throw new ArgumentException("An account is named twice.", nameof(reservation));
                }
            }
        }

        return reservation;
    }

    private ValueTask<BudgetDecision> ReserveAsync(BudgetReservation reservation, bool isAllocation, CancellationToken cancellationToken) =>
        _store.TransactAsync(
            static (books, s) =>
            {
                // What has run out is ended first, so that an abandoned hold cannot refuse anybody.
                LedgerRules.Expire(books, s.Now, ExpireAtOnce);
                return LedgerRules.Reserve(books, s.Request, s.Now, s.IsAllocation);
            },
            (Request: reservation, Now: _time.GetUtcNow(), IsAllocation: isAllocation),
            cancellationToken);
}
