namespace TokenThrift.Budgets;

/// <summary>What an operation on a hold did.</summary>
public enum BudgetOutcome
{
    /// <summary>It was done.</summary>
    Done,

    /// <summary>It had been done before; nothing changed.</summary>
    Repeated,

    /// <summary>It came after the hold had run out or was given back; the amount was posted all the same.</summary>
    Late,

    /// <summary>It contradicts what was done before; nothing changed.</summary>
    Conflict,

    /// <summary>The ledger does not know the hold.</summary>
    NotFound,
}
