namespace TokenThrift.Budgets;

/// <summary>What one call holds in the ledger, from before it is sent to its settlement. Immutable.</summary>
public sealed record BudgetHold
{
    /// <summary>Gets the id, made by the client, so that every operation can be repeated safely.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the rows that the hold draws on; each carries the whole amount.</summary>
    public required IReadOnlyList<BudgetEntry> Entries { get; init; }

    /// <summary>Gets what is held: the most that the call can use.</summary>
    public BudgetAmounts Amounts { get; init; }

    /// <summary>Gets how far the hold has come.</summary>
    public BudgetHoldPhase Phase { get; init; }

    /// <summary>Gets when it was taken.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Gets when it runs out.</summary>
    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Gets what has been posted for it so far.</summary>
    public BudgetAmounts Charged { get; init; }

    /// <summary>Gets how well <see cref="Charged"/> is known, or <see langword="null"/> before anything was posted.</summary>
    public BudgetEvidence? Evidence { get; init; }

    /// <summary>Gets the id of the allocation that the hold draws on first, or <see langword="null"/>.</summary>
    public string? Allocation { get; init; }

    /// <summary>Gets what was taken out of the allocation for this hold.</summary>
    public BudgetAmounts Drawn { get; init; }

    /// <summary>Gets a value indicating whether this is itself an allocation: money set aside for a sub-task.</summary>
    public bool IsAllocation { get; init; }

    /// <summary>Gets the model that the call is for, or <see langword="null"/>.</summary>
    public string? ModelId { get; init; }

    /// <summary>Gets a value indicating whether the hold still holds anything.</summary>
    public bool IsOpen => Phase is BudgetHoldPhase.Reserved or BudgetHoldPhase.Sent;
}
