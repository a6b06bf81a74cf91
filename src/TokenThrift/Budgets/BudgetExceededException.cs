using TokenThrift.Models;
using TokenThrift.Requests;

namespace TokenThrift.Budgets;

/// <summary>A call was refused by a budget before anything was sent, so it cost nothing.</summary>
public sealed class BudgetExceededException : CallRefusedException
{
    internal BudgetExceededException(BudgetRefusal refusal, string message, BudgetState? state = null, BudgetAmounts asked = default, Exception? innerException = null)
        : base(message, innerException)
    {
        Refusal = refusal;
        State = state;
        Asked = asked;
    }

    /// <summary>Gets why the call was refused.</summary>
    public BudgetRefusal Refusal { get; }

    /// <summary>Gets the limit that refused it as it stood then, or <see langword="null"/> when no single limit did.</summary>
    public BudgetState? State { get; }

    /// <summary>Gets whose limit refused it, or <see langword="null"/>.</summary>
    public BudgetScope? Scope => State?.Scope;

    /// <summary>Gets the worst case that was asked for.</summary>
    public BudgetAmounts Asked { get; }

    /// <summary>Gets the money that is left in the scope, or <see langword="null"/> when the limit is not on money.</summary>
    public NanoUsd? Left => State is { Limit.Meter: BudgetMeter.Usd } state ? new NanoUsd(state.Left) : null;

    /// <summary>Gets when the limit next gives anything back, or <see langword="null"/> when it does not.</summary>
    public DateTimeOffset? ResetsAt => State?.ResetsAt;

    /// <summary>Gets how the task that was running stood, or <see langword="null"/> when there was none.</summary>
    public BudgetSummary? Summary { get; init; }

    internal static BudgetExceededException Over(BudgetState state, BudgetAmounts asked, BudgetSummary? summary)
    {
        BudgetMeter meter = state.Limit.Meter;
        string message = $"The budget of {state.Scope} does not allow this call: its worst case is {Limit.Format(meter, asked[meter])}, and of {state.Limit} "
            + $"{Limit.Format(meter, Math.Max(0, state.Left))} is left ({Limit.Format(meter, state.Posted)} spent, {Limit.Format(meter, state.Held)} held for calls under way)."
            + (state.ResetsAt is { } at ? $" It resets at {at:u}." : string.Empty);
        return new(BudgetRefusal.LimitReached, message, state, asked) { Summary = summary };
    }
}
