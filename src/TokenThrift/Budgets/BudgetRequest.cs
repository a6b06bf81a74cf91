using TokenThrift.Models;
using TokenThrift.Requests;

namespace TokenThrift.Budgets;

/// <summary>Who wants to spend, on what, and how much at most.</summary>
public sealed record BudgetRequest
{
    /// <summary>Gets who asks.</summary>
    public RequestIdentity Identity { get; init; } = RequestIdentity.Anonymous;

    /// <summary>Gets the task, or <see langword="null"/>.</summary>
    public TaskNode? Task { get; init; }

    /// <summary>Gets the model, or <see langword="null"/> when it is not known.</summary>
    public ModelInfo? Model { get; init; }

    /// <summary>Gets the id of the model, which a limit on a model also knows it by where it is in no catalogue.</summary>
    /// <value>Default <see langword="null"/>: the id of <see cref="Model"/>.</value>
    public string? ModelId { get; init; }

    /// <summary>Gets the most that the call can use.</summary>
    public BudgetAmounts WorstCase { get; init; }

    /// <summary>Gets a value indicating whether the call may draw on what tasks keep back for their last one.</summary>
    public bool IsFinal { get; init; }
}
