namespace TokenThrift.Budgets;

/// <summary>The ledger's answer to a request for a hold. Immutable.</summary>
public sealed record BudgetDecision
{
    /// <summary>Gets the hold, or <see langword="null"/> when it was refused.</summary>
    public BudgetHold? Hold { get; init; }

    /// <summary>Gets the limit that does not allow the hold, or <see langword="null"/>. Set beside a hold only where limits are observed and not enforced.</summary>
    public BudgetState? Broken { get; init; }

    /// <summary>Gets a value indicating whether the hold would fit were it not for holds of other calls, so that waiting can help.</summary>
    public bool IsWaitable { get; init; }

    /// <summary>Gets a value indicating whether the id was used before for something else.</summary>
    public bool IsConflict { get; init; }

    /// <summary>Gets a value indicating whether the hold was decided in this process, because the ledger could not be reached.</summary>
    internal bool IsLocal { get; init; }

    /// <summary>Gets a value indicating whether the hold was taken.</summary>
    public bool IsAdmitted => Hold is not null;
}
