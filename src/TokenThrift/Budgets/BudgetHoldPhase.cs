namespace TokenThrift.Budgets;

/// <summary>How far a hold has come.</summary>
public enum BudgetHoldPhase
{
    /// <summary>Taken; nothing has been sent, so it can be given back.</summary>
    Reserved,

    /// <summary>The request has left or may have left; it may be billed.</summary>
    Sent,

    /// <summary>Settled on evidence.</summary>
    Settled,

    /// <summary>Given back: nothing was billed.</summary>
    Voided,

    /// <summary>It ran out after it was sent; what is held was charged until better evidence comes.</summary>
    Unknown,
}
