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

    /// <summary>The ledger could not be reached.</summary>
    LedgerUnavailable,
}
