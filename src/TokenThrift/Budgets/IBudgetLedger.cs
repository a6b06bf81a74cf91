namespace TokenThrift.Budgets;

/// <summary>The books: what is spent and held in every account. All operations are atomic and may be repeated.</summary>
/// <remarks>
/// <see cref="BudgetLedger"/> keeps the rules over any <see cref="IBudgetStore"/>; implement this interface itself only for
/// a store that runs the rules on its own side. Safe for concurrent use. The invariants I1 to I12 are in <c>docs/budgets.md</c>.
/// </remarks>
public interface IBudgetLedger
{
    /// <summary>Gets a value indicating whether other processes may change the books, so that a wait has to look again by itself.</summary>
    bool IsShared { get; }

    /// <summary>Takes a hold on all accounts, or on none.</summary>
    /// <param name="reservation">The request.</param>
    /// <param name="cancellationToken">Cancels the work before it is done.</param>
    /// <returns>The hold, or the limit that does not allow it. A repeated id gives the same hold again.</returns>
    ValueTask<BudgetDecision> ReserveAsync(BudgetReservation reservation, CancellationToken cancellationToken = default);

    /// <summary>Notes that the request is about to leave; written before the first byte does.</summary>
    /// <param name="holdId">The hold.</param>
    /// <param name="cancellationToken">Cancels the work before it is done.</param>
    /// <returns>What was done.</returns>
    ValueTask<BudgetOutcome> MarkSentAsync(string holdId, CancellationToken cancellationToken = default);

    /// <summary>Lets an open hold last longer.</summary>
    /// <param name="holdId">The hold.</param>
    /// <param name="timeToLive">How long from now.</param>
    /// <param name="cancellationToken">Cancels the work before it is done.</param>
    /// <returns>What was done.</returns>
    ValueTask<BudgetOutcome> ExtendAsync(string holdId, TimeSpan timeToLive, CancellationToken cancellationToken = default);

    /// <summary>Ends a hold with what was really used. More than was held is posted in full.</summary>
    /// <param name="holdId">The hold.</param>
    /// <param name="actual">What was used; negative meters count as zero.</param>
    /// <param name="evidence">How well that is known.</param>
    /// <param name="cancellationToken">Cancels the work before it is done.</param>
    /// <returns>What was done.</returns>
    ValueTask<BudgetOutcome> SettleAsync(string holdId, BudgetAmounts actual, BudgetEvidence evidence, CancellationToken cancellationToken = default);

    /// <summary>Gives a hold back.</summary>
    /// <param name="holdId">The hold.</param>
    /// <param name="knownUnbilled">Whether it is known that the provider does not bill; without that a hold that was sent stays.</param>
    /// <param name="cancellationToken">Cancels the work before it is done.</param>
    /// <returns>What was done; <see cref="BudgetOutcome.Conflict"/> where the call may be billed.</returns>
    ValueTask<BudgetOutcome> VoidAsync(string holdId, bool knownUnbilled = false, CancellationToken cancellationToken = default);

    /// <summary>Ends the holds that have run out: gives back those that were never sent, charges the others in full, and returns allocations.</summary>
    /// <param name="cancellationToken">Cancels the work before it is done.</param>
    /// <returns>The holds as they now stand.</returns>
    ValueTask<IReadOnlyList<BudgetHold>> ExpireAsync(CancellationToken cancellationToken = default);

    /// <summary>Changes what was posted for a resolved hold, when an invoice says otherwise. The only way by which spending shrinks.</summary>
    /// <param name="correctionId">The id of the correction, made by the client.</param>
    /// <param name="holdId">The hold.</param>
    /// <param name="actual">What was really billed.</param>
    /// <param name="cancellationToken">Cancels the work before it is done.</param>
    /// <returns>What was done.</returns>
    ValueTask<BudgetOutcome> CorrectAsync(string correctionId, string holdId, BudgetAmounts actual, CancellationToken cancellationToken = default);

    /// <summary>Sets money aside for a sub-task; its calls name the allocation and draw on it first.</summary>
    /// <param name="reservation">The request. An allocation on which nobody draws for its time to live is returned, so that a process that died keeps nothing back.</param>
    /// <param name="cancellationToken">Cancels the work before it is done.</param>
    /// <returns>The allocation, or the limit that does not allow it.</returns>
    ValueTask<BudgetDecision> AllocateAsync(BudgetReservation reservation, CancellationToken cancellationToken = default);

    /// <summary>Returns what is left of an allocation.</summary>
    /// <param name="allocationId">The allocation.</param>
    /// <param name="cancellationToken">Cancels the work before it is done.</param>
    /// <returns>What was done.</returns>
    ValueTask<BudgetOutcome> ReturnAsync(string allocationId, CancellationToken cancellationToken = default);

    /// <summary>Reads how accounts stand.</summary>
    /// <param name="demands">The accounts.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>The balances over each window, in the same order.</returns>
    ValueTask<IReadOnlyList<BudgetBalance>> ReadAsync(IReadOnlyList<BudgetDemand> demands, CancellationToken cancellationToken = default);

    /// <summary>Finds a hold.</summary>
    /// <param name="holdId">The hold.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>The hold, or <see langword="null"/> when it is not known, or no longer.</returns>
    ValueTask<BudgetHold?> FindAsync(string holdId, CancellationToken cancellationToken = default);

    /// <summary>Drops an account that nothing will ask for again, such as an ended task's. A ledger that keeps history may do nothing.</summary>
    /// <param name="account">The account.</param>
    /// <param name="cancellationToken">Cancels the work before it is done.</param>
    /// <returns>A task that ends with the work.</returns>
    ValueTask ForgetAsync(string account, CancellationToken cancellationToken = default);
}
