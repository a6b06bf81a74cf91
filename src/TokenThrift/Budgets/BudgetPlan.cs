using TokenThrift.Models;

namespace TokenThrift.Budgets;

/// <summary>What the gate means to hold for a call, and what it writes into the request. Immutable.</summary>
internal sealed record BudgetPlan
{
    public ModelInfo? Model { get; init; }

    /// <summary>Gets what is held.</summary>
    public BudgetAmounts WorstCase { get; init; }

    /// <summary>Gets the output limit to write into the request, or <see langword="null"/> to leave it as it is.</summary>
    public int? WriteOutput { get; init; }

    /// <summary>Gets a value indicating whether the written limit is ours rather than the caller's or the model's, so that an answer which meets it was cut by us.</summary>
    public bool IsCut { get; init; }

    public BudgetRefusal? Refusal { get; init; }

    public string? Reason { get; init; }

    public static BudgetPlan Refuse(ModelInfo? model, BudgetRefusal refusal, string reason) => new() { Model = model, Refusal = refusal, Reason = reason };
}
