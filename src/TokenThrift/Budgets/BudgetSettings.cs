using TokenThrift.Requests;

namespace TokenThrift.Budgets;

/// <summary>The settings of a single request that budgets understand.</summary>
public static class BudgetSettings
{
    /// <summary>Gets the setting that lets a call draw on what tasks keep back for their last one.</summary>
    public static RequestSetting<bool> IsFinal { get; } = new("budget-final");

    /// <summary>Gets the setting by which the ladder tells the gate that the output limit of a request is not its caller's.</summary>
    internal static RequestSetting<bool> IsShrunk { get; } = new("budget-shrunk");
}
