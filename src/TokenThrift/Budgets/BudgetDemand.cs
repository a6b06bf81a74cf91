namespace TokenThrift.Budgets;

/// <summary>One account that a hold draws on, with the limits that guard it.</summary>
/// <param name="Scope">Whose account it is.</param>
/// <param name="Entry">The row that is charged.</param>
/// <param name="From">The first bucket that counts against the limits.</param>
/// <param name="Limits">The limits; none means that the account only records.</param>
public sealed record BudgetDemand(BudgetScope Scope, BudgetEntry Entry, long From, IReadOnlyList<Limit> Limits)
{
    /// <summary>Gets when the window next gives anything back, or <see langword="null"/>.</summary>
    public DateTimeOffset? ResetsAt { get; init; }

    /// <summary>Makes the demand on a scope's account in one window.</summary>
    /// <param name="scope">The scope.</param>
    /// <param name="window">The window.</param>
    /// <param name="limits">The limits over that window.</param>
    /// <param name="now">The moment.</param>
    /// <returns>The demand.</returns>
    public static BudgetDemand On(BudgetScope scope, BudgetWindow window, IReadOnlyList<Limit> limits, DateTimeOffset now)
    {
        (long bucket, long from, DateTimeOffset? resets) = window.Place(now);
        return new(scope, new(scope.AccountFor(window), bucket), from, limits) { ResetsAt = resets };
    }
}
