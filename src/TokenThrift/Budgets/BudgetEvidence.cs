namespace TokenThrift.Budgets;

/// <summary>How well the amount of a settlement is known.</summary>
public enum BudgetEvidence
{
    /// <summary>The provider reported it.</summary>
    Reported,

    /// <summary>It was counted from what was sent and seen: an estimate.</summary>
    Counted,

    /// <summary>Nothing is known, so the whole hold was charged.</summary>
    WorstCase,

    /// <summary>A later receipt or invoice of the provider.</summary>
    Invoice,
}
