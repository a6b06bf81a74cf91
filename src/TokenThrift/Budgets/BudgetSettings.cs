using TokenThrift.Requests;

namespace TokenThrift.Budgets;

/// <summary>The settings of a single request that budgets understand.</summary>
public static class BudgetSettings
{
    /// <summary>Gets the setting that lets a call draw on what tasks keep back for their last one.</summary>
    public static RequestSetting<bool> IsFinal { get; } = new("budget-final");
}
