namespace TokenThrift.Budgets;

/// <summary>What an account has spent and what it holds for calls that are under way.</summary>
/// <param name="Posted">Spent.</param>
/// <param name="Held">Held.</param>
public readonly record struct BudgetBalance(BudgetAmounts Posted, BudgetAmounts Held);
