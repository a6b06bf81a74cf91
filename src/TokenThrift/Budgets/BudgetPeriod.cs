namespace TokenThrift.Budgets;

/// <summary>How a budget window is cut.</summary>
public enum BudgetPeriod
{
    /// <summary>It never resets.</summary>
    Lifetime,

    /// <summary>Each hour of the clock, UTC.</summary>
    Hour,

    /// <summary>Each day from midnight UTC.</summary>
    Day,

    /// <summary>Each week from Monday, midnight UTC.</summary>
    Week,

    /// <summary>Each month from its first day, midnight UTC.</summary>
    Month,

    /// <summary>The time just gone by, of a given length.</summary>
    Rolling,
}
