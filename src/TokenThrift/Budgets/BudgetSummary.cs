using System.Globalization;
using System.Text;
using TokenThrift.Models;
using TokenThrift.Receipts;

namespace TokenThrift.Budgets;

/// <summary>How a task stands or ended: what it used, against its limits. An immutable snapshot.</summary>
public sealed record BudgetSummary
{
    /// <summary>Gets the name of the task.</summary>
    public required string Name { get; init; }

    /// <summary>Gets what is spent, sub-tasks included.</summary>
    public BudgetAmounts Spent { get; init; }

    /// <summary>Gets what is held for calls under way, sub-tasks included.</summary>
    public BudgetAmounts Held { get; init; }

    /// <summary>Gets how the task's own limits stand.</summary>
    public IReadOnlyList<BudgetState> Limits { get; init; } = [];

    /// <summary>Gets how many calls were refused.</summary>
    public long Refused { get; init; }

    /// <summary>Gets how many calls were settled on our own estimate, because the provider reported no usage.</summary>
    public long Estimated { get; init; }

    /// <summary>Gets how many calls went to a model whose price is not known; their money is not in <see cref="Spent"/>.</summary>
    public long Unpriced { get; init; }

    /// <summary>Gets by how much calls cost more than was held for them, in all; zero where holds are strict and providers keep to the output limit.</summary>
    public NanoUsd Overrun { get; init; }

    /// <summary>Gets about how many more calls the limits allow at the average of those so far, or <see langword="null"/> when nothing can be said.</summary>
    public long? CallsLeft { get; init; }

    /// <summary>Gets what the levers saved over the requests of the task that have ended, or <see langword="null"/> where receipts are not written.</summary>
    public SavingsSummary? Savings { get; init; }

    /// <summary>Gets the money that is spent.</summary>
    public NanoUsd SpentUsd => Spent.Usd;

    /// <summary>Returns one line for people.</summary>
    /// <returns>The text, in the invariant culture.</returns>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Name}: {Limit.Format(BudgetMeter.Usd, Spent.Usd.Value)}");
        AppendLimit(text, BudgetMeter.Usd);
        text.Append(CultureInfo.InvariantCulture, $", {Spent.InputTokens:N0} input + {Spent.OutputTokens:N0} output tokens");
        AppendLimit(text, BudgetMeter.Tokens);
        text.Append(CultureInfo.InvariantCulture, $", {Spent.Calls:N0} calls");
        AppendLimit(text, BudgetMeter.Calls);
        AppendCount(text, Held.Calls, "under way");
        AppendCount(text, Refused, "refused");
        AppendCount(text, Estimated, "estimated");
        AppendCount(text, Unpriced, "without a price");
        if (Overrun.Value > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $", {Limit.Format(BudgetMeter.Usd, Overrun.Value)} beyond what was held");
        }

        if (CallsLeft is { } left)
        {
            text.Append(CultureInfo.InvariantCulture, $"; at this pace about {left:N0} more");
        }

        if (Savings is { Requests: > 0 } savings)
        {
            text.Append(CultureInfo.InvariantCulture, $"; saved about {Limit.Format(BudgetMeter.Usd, savings.Savings.Total.Value)} of {Limit.Format(BudgetMeter.Usd, savings.Baseline.Value)}");
        }

        return text.ToString();
    }

    private static void AppendCount(StringBuilder text, long count, string what)
    {
        if (count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $", {count:N0} {what}");
        }
    }

    private void AppendLimit(StringBuilder text, BudgetMeter meter)
    {
        if (Limits.FirstOrDefault(l => l.Limit.Meter == meter) is { } state)
        {
            text.Append(CultureInfo.InvariantCulture, $" of {Limit.Format(meter, state.Limit.Amount)}");
        }
    }
}
