namespace TokenThrift.Budgets;

/// <summary>How a call or an allocation ended that the ledger could not be told of. Immutable.</summary>
/// <param name="HoldId">The hold.</param>
/// <param name="Charged">What was used, or <see langword="null"/> when nothing was or will be billed.</param>
/// <param name="Evidence">How well that is known.</param>
internal sealed record OwedPosting(string HoldId, BudgetAmounts? Charged, BudgetEvidence Evidence)
{
    /// <summary>Gets the accounts of a call that the ledger has no hold of, or <see langword="null"/> where it has one.</summary>
    public BudgetReservation? Missed { get; init; }

    /// <summary>Gets a value indicating whether the call ran on the local lease.</summary>
    public bool DrewOnLease { get; init; }

    /// <summary>Gets a value indicating whether it is an allocation that has to be returned.</summary>
    public bool IsAllocation { get; init; }

    /// <summary>Tells the ledger. It may be told twice.</summary>
    /// <returns>Whether the limits of the call's accounts allow what was spent.</returns>
    public async ValueTask<bool> PostAsync(IBudgetLedger ledger)
    {
        if (IsAllocation)
        {
            await ledger.ReturnAsync(HoldId, CancellationToken.None).ConfigureAwait(false);
            return true;
        }

        if (Charged is not { } charged)
        {
            await ledger.VoidAsync(HoldId, knownUnbilled: true, CancellationToken.None).ConfigureAwait(false);
            return true;
        }

        bool fits = true;
        if (Missed is { } missed)
        {
            BudgetDecision decision = await ledger.ReserveAsync(missed with { Id = HoldId, Amounts = charged, Enforce = false }, CancellationToken.None).ConfigureAwait(false);
            fits = decision.Broken is null;
            await ledger.MarkSentAsync(HoldId, CancellationToken.None).ConfigureAwait(false);
        }

        await ledger.SettleAsync(HoldId, charged, Evidence, CancellationToken.None).ConfigureAwait(false);
        return fits;
    }
}
