namespace TokenThrift.Budgets;

/// <summary>A hold that a call has taken. It must end settled or voided; the first of the two counts.</summary>
/// <remarks>Ending it never throws: a ledger that fails is told when it is back, or lets the hold run out, which charges it in full. Safe for concurrent use.</remarks>
public sealed class BudgetLease
{
    private readonly BudgetService _owner;
    private int _ended;

    internal BudgetLease(BudgetService owner, BudgetRequest request, BudgetReservation reservation, BudgetDecision decision, bool isEnforced)
    {
        _owner = owner;
        Request = request;
        Reservation = reservation;
        Id = reservation.Id;
        Held = decision.Hold!.Amounts;
        Broken = decision.Broken;
        IsEnforced = isEnforced;
        Local = decision.IsLocal ? new LocalHold(reservation, isEnforced) : null;
    }

    /// <summary>Gets the id of the hold.</summary>
    public string Id { get; }

    /// <summary>Gets what is held.</summary>
    public BudgetAmounts Held { get; }

    /// <summary>Gets the limit that would have refused the call, where limits are only observed; else <see langword="null"/>.</summary>
    public BudgetState? Broken { get; }

    internal BudgetRequest Request { get; }

    internal BudgetReservation Reservation { get; }

    /// <summary>Gets a value indicating whether a limit applies that refuses.</summary>
    internal bool IsEnforced { get; }

    /// <summary>Gets or sets what stands for the hold in this process, where the ledger could not be reached; else <see langword="null"/>.</summary>
    internal LocalHold? Local { get; set; }

    /// <summary>Notes that the request is about to leave. Call it before the first byte does.</summary>
    /// <param name="cancellationToken">Cancels the work before it is done.</param>
    /// <returns>A task that ends with the work.</returns>
    /// <exception cref="BudgetExceededException">A limit applies, and the hold has run out meanwhile or the ledger cannot be reached.</exception>
    public ValueTask MarkSentAsync(CancellationToken cancellationToken = default) => _owner.MarkSentAsync(this, cancellationToken);

    /// <summary>Lets the hold last longer, for a long stream.</summary>
    /// <returns>A task that ends with the work.</returns>
    public ValueTask ExtendAsync() => _owner.ExtendAsync(this);

    /// <summary>Ends the hold with what was used.</summary>
    /// <param name="actual">What was used.</param>
    /// <param name="evidence">How well that is known.</param>
    /// <param name="isUnpriced">Whether the money is missing because the price is not known.</param>
    /// <returns>A task that ends with the work.</returns>
    public ValueTask SettleAsync(BudgetAmounts actual, BudgetEvidence evidence, bool isUnpriced = false) =>
        Interlocked.Exchange(ref _ended, 1) == 0 ? _owner.SettleAsync(this, actual.Clamped(), evidence, isUnpriced) : ValueTask.CompletedTask;

    /// <summary>Gives the hold back because nothing was or will be billed.</summary>
    /// <returns>A task that ends with the work.</returns>
    public ValueTask VoidAsync() => Interlocked.Exchange(ref _ended, 1) == 0 ? _owner.VoidAsync(this) : ValueTask.CompletedTask;
}
