using TokenThrift.Requests;

namespace TokenThrift.Budgets;

/// <summary>How a task is opened.</summary>
public sealed class BudgetTaskOptions
{
    /// <summary>Gets the task's limits.</summary>
    /// <value>Default empty: the task counts, and only the limits around it refuse.</value>
    public IList<Limit> Limits { get; init; } = [];

    /// <summary>Gets or sets who the task is for; parts left out come from the task around it.</summary>
    /// <value>Default <see langword="null"/>.</value>
    public RequestIdentity? Identity { get; set; }

    /// <summary>Gets or sets the share of the task's limits that is kept back for a final call that wraps up.</summary>
    /// <value>Zero to 0.5; default 0. A ladder that wraps up needs some: 0.1 is a good start.</value>
    public double FinalReserve { get; set; }
}
