namespace TokenThrift.Budgets;

/// <summary>Why a call was refused.</summary>
public enum BudgetRefusal
{
    /// <summary>A limit does not allow its worst case.</summary>
    LimitReached,

    /// <summary>The model's price is not known, so money cannot be limited.</summary>
    UnknownPrice,

    /// <summary>Its size cannot be bounded before it is sent.</summary>
    Unbounded,

    /// <summary>It names a task that is not open in this process, so its limits are not known.</summary>
    UnknownTask,

    /// <summary>The ledger could not be reached.</summary>
    LedgerUnavailable,
}
