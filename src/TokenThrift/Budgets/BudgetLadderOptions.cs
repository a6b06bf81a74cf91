using Microsoft.Extensions.AI;

namespace TokenThrift.Budgets;

/// <summary>What happens as a request nears a cap, gentlest first. Every rung can be left out.</summary>
/// <remarks>Shares are of the limit that is nearest to its end, spent and held together, from 0 to 1.</remarks>
public sealed class BudgetLadderOptions
{
    /// <summary>Gets or sets the share from which <see cref="OnWarning"/> is called, once for each limit and window.</summary>
    /// <value>0 to 1; default 0.8; <see langword="null"/> never.</value>
    public double? WarnAt { get; set; } = 0.8;

    /// <summary>Gets or sets what is called at <see cref="WarnAt"/>. What it throws is logged, once a minute, and stepped over.</summary>
    /// <value>Default <see langword="null"/>.</value>
    public Action<BudgetWarning>? OnWarning { get; set; }

    /// <summary>Gets or sets the share from which the model is told, once for each task, what is left.</summary>
    /// <value>0 to 1; default <see langword="null"/>, never: the notice is one more message, which a cache keys on.</value>
    public double? TellModelAt { get; set; }

    /// <summary>Gets or sets the share from which output limit and reasoning effort are lowered.</summary>
    /// <value>0 to 1; default <see langword="null"/>, never.</value>
    public double? ShrinkAt { get; set; }

    /// <summary>Gets or sets the output limit that is set from <see cref="ShrinkAt"/> on.</summary>
    /// <value>In tokens, at least 1; default 1,024. A smaller limit of the caller stays.</value>
    public int ShrunkOutput { get; set; } = 1024;

    /// <summary>Gets or sets the reasoning effort that is set from <see cref="ShrinkAt"/> on.</summary>
    /// <value>Default <see cref="ReasoningEffort.Low"/>. A lower effort of the caller stays, and a request that names none is left alone.</value>
    public ReasoningEffort ShrunkEffort { get; set; } = ReasoningEffort.Low;

    /// <summary>Gets or sets a value indicating whether a refused request is asked once more, tools off, to wrap up from what the task keeps back.</summary>
    /// <value>Default <see langword="true"/>; has effect for tasks with a <see cref="BudgetTaskOptions.FinalReserve"/>.</value>
    public bool WrapUp { get; set; } = true;

    /// <summary>Gets or sets what the model is told when it shall wrap up.</summary>
    /// <value>A short English instruction by default.</value>
    public string WrapUpInstruction { get; set; } =
        "The budget of this task is used up. Do not call tools. Answer now with what you have, and say in one line what is unfinished.";

    /// <summary>Gets or sets what asks a person for more when a request is refused; it may raise limits (<see cref="BudgetTask.SetLimits"/>).</summary>
    /// <value>Returns whether to try once more; what it throws is logged, once a minute, and counts as a no. Default <see langword="null"/>, nobody is asked.</value>
    public Func<BudgetExceededException, CancellationToken, ValueTask<bool>>? AskHuman { get; set; }

    /// <summary>Gets or sets how a request ends when nothing else helped.</summary>
    /// <value>Default <see cref="BudgetStop.Throw"/>.</value>
    public BudgetStop Stop { get; set; }

    /// <summary>Finds the first setting that is wrong.</summary>
    /// <returns>One sentence that names the property and its limits, or <see langword="null"/>.</returns>
    public string? Validate() =>
        IsOutside(WarnAt) ? $"{nameof(WarnAt)} must be from 0 to 1."
        : IsOutside(TellModelAt) ? $"{nameof(TellModelAt)} must be from 0 to 1."
        : IsOutside(ShrinkAt) ? $"{nameof(ShrinkAt)} must be from 0 to 1."
        : ShrunkOutput < 1 ? $"{nameof(ShrunkOutput)} must be at least 1."
        : string.IsNullOrWhiteSpace(WrapUpInstruction) ? $"{nameof(WrapUpInstruction)} must not be empty."
        : !Enum.IsDefined(Stop) ? $"{nameof(Stop)} is not one of its values."
        : null;

    private static bool IsOutside(double? share) => share is not (null or (>= 0 and <= 1));
}
