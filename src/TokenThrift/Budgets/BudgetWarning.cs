using TokenThrift.Requests;

namespace TokenThrift.Budgets;

/// <summary>A limit is nearly used up.</summary>
/// <param name="State">The limit as it stands.</param>
/// <param name="Identity">Who asked.</param>
/// <param name="Task">How the task stands, or <see langword="null"/> when there is none.</param>
public readonly record struct BudgetWarning(BudgetState State, RequestIdentity Identity, BudgetSummary? Task);
