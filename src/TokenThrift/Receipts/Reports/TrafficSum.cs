using TokenThrift.Models;

namespace TokenThrift.Receipts;

/// <summary>The calls that have something in common: a model, a vendor, a jurisdiction. Immutable.</summary>
public sealed record TrafficSum
{
    /// <summary>Gets the calls that reached a provider.</summary>
    public long Calls { get; init; }

    /// <summary>Gets their tokens.</summary>
    public TokenUsage Usage { get; init; }

    /// <summary>Gets what they cost, so far as every price of their request is known; sums over all groups equal the report's total.</summary>
    public NanoUsd Spent { get; init; }

    /// <summary>Gets the calls that are not in <see cref="Spent"/>.</summary>
    public long UnpricedCalls { get; init; }

    /// <summary>Gets the calls whose tokens were counted because the provider reported none.</summary>
    public long EstimatedCalls { get; init; }

    /// <summary>Gets input and output tokens together.</summary>
    public long Tokens => Usage.Input + Usage.Output;

    /// <summary>Adds two sums.</summary>
    /// <param name="left">One sum.</param>
    /// <param name="right">The other.</param>
    /// <returns>Both together.</returns>
    public static TrafficSum operator +(TrafficSum left, TrafficSum right) => Add(left, right);

    /// <summary>Adds two sums.</summary>
    /// <param name="left">One sum.</param>
    /// <param name="right">The other.</param>
    /// <returns>Both together.</returns>
    public static TrafficSum Add(TrafficSum left, TrafficSum right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return new TrafficSum
        {
            Calls = left.Calls + right.Calls,
            Usage = left.Usage + right.Usage,
            Spent = left.Spent + right.Spent,
            UnpricedCalls = left.UnpricedCalls + right.UnpricedCalls,
            EstimatedCalls = left.EstimatedCalls + right.EstimatedCalls,
        };
    }
}
