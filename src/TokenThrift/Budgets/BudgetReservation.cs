namespace TokenThrift.Budgets;

/// <summary>A request for a hold. Immutable.</summary>
public sealed record BudgetReservation
{
    /// <summary>Gets the id of the hold, made by the client.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the accounts: all of them take the hold, or none does.</summary>
    public required IReadOnlyList<BudgetDemand> Demands { get; init; }

    /// <summary>Gets the most that the call can use.</summary>
    public BudgetAmounts Amounts { get; init; }

    /// <summary>Gets how long the hold lasts unless it is extended or resolved.</summary>
    public TimeSpan TimeToLive { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Gets the id of the allocation to draw on first, or <see langword="null"/>.</summary>
    public string? Allocation { get; init; }

    /// <summary>Gets how long the allocation lasts from this draw on it, unless it is drawn on again or returned.</summary>
    public TimeSpan AllocationTimeToLive { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Gets a value indicating whether the limits refuse (the default) or are only observed.</summary>
    public bool Enforce { get; init; } = true;

    /// <summary>Gets the model that the call is for, or <see langword="null"/>.</summary>
    public string? ModelId { get; init; }
}
