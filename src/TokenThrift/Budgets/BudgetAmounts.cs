using TokenThrift.Models;

namespace TokenThrift.Budgets;

/// <summary>What a call holds or used, in every meter. Integer arithmetic; an overflow throws.</summary>
public readonly record struct BudgetAmounts
{
    /// <summary>The largest amount that a ledger takes in one entry: 2^53, which every store keeps exactly (about 9 million USD).</summary>
    public const long Max = 1L << 53;

    /// <summary>Gets the money.</summary>
    public NanoUsd Usd { get; init; }

    /// <summary>Gets the input tokens.</summary>
    public long InputTokens { get; init; }

    /// <summary>Gets the output tokens.</summary>
    public long OutputTokens { get; init; }

    /// <summary>Gets the calls.</summary>
    public long Calls { get; init; }

    /// <summary>Gets the time in calls, in milliseconds.</summary>
    public long Milliseconds { get; init; }

    private static BudgetAmounts Most { get; } = new() { Usd = new NanoUsd(Max), InputTokens = Max, OutputTokens = Max, Calls = Max, Milliseconds = Max };

    /// <summary>Gets nothing at all.</summary>
    public static BudgetAmounts Zero => default;

    /// <summary>Gets the amount in one meter.</summary>
    /// <param name="meter">The meter.</param>
    /// <returns>The amount in the meter's unit.</returns>
    public long this[BudgetMeter meter] => meter switch
    {
        BudgetMeter.Usd => Usd.Value,
        BudgetMeter.Tokens => checked(InputTokens + OutputTokens),
        BudgetMeter.InputTokens => InputTokens,
        BudgetMeter.OutputTokens => OutputTokens,
        BudgetMeter.Calls => Calls,
        BudgetMeter.Time => Milliseconds,
        _ => throw new ArgumentOutOfRangeException(nameof(meter), meter, "There is no such meter."),
    };

    /// <summary>Adds two amounts meter by meter.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>The sum.</returns>
    public static BudgetAmounts operator +(BudgetAmounts left, BudgetAmounts right) => Add(left, right);

    /// <summary>Subtracts meter by meter.</summary>
    /// <param name="left">What to take from.</param>
    /// <param name="right">What to take.</param>
    /// <returns>The difference.</returns>
    public static BudgetAmounts operator -(BudgetAmounts left, BudgetAmounts right) => Subtract(left, right);

    /// <summary>Adds two amounts meter by meter.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>The sum.</returns>
    public static BudgetAmounts Add(BudgetAmounts left, BudgetAmounts right) => checked(new()
    {
        Usd = left.Usd + right.Usd,
        InputTokens = left.InputTokens + right.InputTokens,
        OutputTokens = left.OutputTokens + right.OutputTokens,
        Calls = left.Calls + right.Calls,
        Milliseconds = left.Milliseconds + right.Milliseconds,
    });

    /// <summary>Subtracts meter by meter.</summary>
    /// <param name="left">What to take from.</param>
    /// <param name="right">What to take.</param>
    /// <returns>The difference.</returns>
    public static BudgetAmounts Subtract(BudgetAmounts left, BudgetAmounts right) => checked(new()
    {
        Usd = left.Usd - right.Usd,
        InputTokens = left.InputTokens - right.InputTokens,
        OutputTokens = left.OutputTokens - right.OutputTokens,
        Calls = left.Calls - right.Calls,
        Milliseconds = left.Milliseconds - right.Milliseconds,
    });

    /// <summary>Returns the smaller of two amounts, meter by meter.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>The smaller.</returns>
    public static BudgetAmounts Min(BudgetAmounts left, BudgetAmounts right) => new()
    {
        Usd = left.Usd < right.Usd ? left.Usd : right.Usd,
        InputTokens = Math.Min(left.InputTokens, right.InputTokens),
        OutputTokens = Math.Min(left.OutputTokens, right.OutputTokens),
        Calls = Math.Min(left.Calls, right.Calls),
        Milliseconds = Math.Min(left.Milliseconds, right.Milliseconds),
    };

    /// <summary>Returns the larger of two amounts, meter by meter.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>The larger.</returns>
    public static BudgetAmounts Larger(BudgetAmounts left, BudgetAmounts right) => new()
    {
        Usd = NanoUsd.Max(left.Usd, right.Usd),
        InputTokens = Math.Max(left.InputTokens, right.InputTokens),
        OutputTokens = Math.Max(left.OutputTokens, right.OutputTokens),
        Calls = Math.Max(left.Calls, right.Calls),
        Milliseconds = Math.Max(left.Milliseconds, right.Milliseconds),
    };

    /// <summary>Returns amounts that a ledger can take: nothing below zero, nothing above <see cref="Max"/>.</summary>
    /// <returns>The clamped amounts.</returns>
    public BudgetAmounts Clamped() => Larger(Min(this, Most), default);

    /// <summary>Says whether no meter is below zero.</summary>
    /// <returns><see langword="true"/> when all are zero or more.</returns>
    public bool IsNonNegative() => (Usd.Value | InputTokens | OutputTokens | Calls | Milliseconds) >= 0;
}
