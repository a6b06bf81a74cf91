namespace TokenThrift.Budgets;

/// <summary>How a request ends at the cap.</summary>
public enum BudgetStop
{
    /// <summary>With a <see cref="BudgetExceededException"/>.</summary>
    Throw,

    /// <summary>With a final message whose finish reason is <c>budget_exceeded</c>, so that the conversation so far survives.</summary>
    FinalMessage,
}
