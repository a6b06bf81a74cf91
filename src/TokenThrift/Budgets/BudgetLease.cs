namespace TokenThrift.Budgets;

/// <summary>A hold that a call has taken. It must end settled or voided; the first of the two counts.</summary>
/// <remarks>Ending it never throws: a ledger that fails then lets the hold run out, which charges it in full. Safe for concurrent use.</remarks>
public sealed class BudgetLease
{
    private readonly BudgetService _owner;
    private readonly BudgetRequest _request;
    private int _ended;

    internal BudgetLease(BudgetService owner, BudgetRequest request, BudgetHold hold, BudgetState? broken)
    {
        _owner = owner;
        _request = request;
        Id = hold.Id;
        Held = hold.Amounts;
        Broken = broken;
        IsRecorded = hold.Entries.Count > 0;
    }

    /// <summary>Gets the id of the hold.</summary>
    public string Id { get; }

    /// <summary>Gets what is held.</summary>
    public BudgetAmounts Held { get; }

    /// <summary>Gets the limit that would have refused the call, where limits are only observed; else <see langword="null"/>.</summary>
    public BudgetState? Broken { get; }

    internal BudgetRequest Request => _request;

    /// <summary>Gets a value indicating whether the ledger knows the hold; it does not where it failed and nothing limits the call.</summary>
    internal bool IsRecorded { get; }

    /// <summary>Notes that the request is about to leave. Call it before the first byte does.</summary>
    /// <param name="cancellationToken">Cancels the work before it is done.</param>
    /// <returns>A task that ends with the work.</returns>
    /// <exception cref="BudgetExceededException">The hold has run out meanwhile, or the ledger cannot be reached.</exception>
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
