namespace TokenThrift.Receipts;

/// <summary>How one call to a provider ended.</summary>
public enum CallOutcome
{
    /// <summary>It answered, and the answer was used.</summary>
    Served,

    /// <summary>It answered, and a check refused the answer.</summary>
    Rejected,

    /// <summary>It failed.</summary>
    Failed,

    /// <summary>The caller stopped it.</summary>
    Cancelled,

    /// <summary>It was never sent: the budget or the policy refused it.</summary>
    Refused,
}
