namespace TokenThrift.Budgets;

/// <summary>Whose money a limit guards.</summary>
public enum BudgetScopeKind
{
    /// <summary>One task, opened with <see cref="IBudgets"/>.</summary>
    Task,

    /// <summary>One conversation.</summary>
    Session,

    /// <summary>One end user.</summary>
    User,

    /// <summary>One tenant.</summary>
    Tenant,

    /// <summary>One model.</summary>
    Model,

    /// <summary>One vendor.</summary>
    Vendor,

    /// <summary>Everything that this process spends.</summary>
    Process,
}
