namespace TokenThrift.Budgets;

/// <summary>How one limit stands. Immutable.</summary>
/// <param name="Scope">Whose limit it is.</param>
/// <param name="Limit">The limit.</param>
/// <param name="Posted">What is spent, in the meter's unit.</param>
/// <param name="Held">What is held for calls under way.</param>
/// <param name="ResetsAt">When the window next gives anything back, or <see langword="null"/>.</param>
public sealed record BudgetState(BudgetScope Scope, Limit Limit, long Posted, long Held, DateTimeOffset? ResetsAt)
{
    /// <summary>Gets what is left for new calls; negative where more was used than allowed.</summary>
    public long Left => Limit.Amount - Posted - Held;

    /// <summary>Gets the share of the limit that is spent or held; 1 for a limit of zero.</summary>
    public double Used => Limit.Amount == 0 ? 1 : (double)(Posted + Held) / Limit.Amount;

    /// <inheritdoc/>
    public override string ToString() => $"{Scope}: {Limit.Format(Limit.Meter, Posted)} spent and {Limit.Format(Limit.Meter, Held)} held of {Limit}";
}
