namespace TokenThrift.Budgets;

/// <summary>A row of the ledger: an account in one bucket of its window.</summary>
/// <param name="Account">The key of the account.</param>
/// <param name="Bucket">The bucket, as Unix seconds of its start; 0 for a window that never resets.</param>
public readonly record struct BudgetEntry(string Account, long Bucket);
