using System.Globalization;
using TokenThrift.Models;

namespace TokenThrift.Budgets;

/// <summary>The most that a scope may use in one meter and window. Immutable.</summary>
public sealed record Limit
{
    private Limit(BudgetMeter meter, long amount, BudgetWindow window)
    {
        Meter = meter;
        Amount = amount;
        Window = window;
    }

    /// <summary>Gets what is counted.</summary>
    public BudgetMeter Meter { get; }

    /// <summary>Gets the limit in the meter's unit: nano-dollars, tokens, calls or milliseconds.</summary>
    public long Amount { get; }

    /// <summary>Gets the window; <see cref="BudgetWindow.Lifetime"/> unless <see cref="Per"/> says otherwise.</summary>
    public BudgetWindow Window { get; }

    /// <summary>Limits money.</summary>
    /// <param name="usd">The most, in dollars; zero allows only what is free.</param>
    /// <returns>The limit.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The amount is negative or above 9 million dollars.</exception>
    public static Limit Usd(decimal usd)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(usd);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(usd, 9_000_000m);
        return new(BudgetMeter.Usd, decimal.ToInt64(decimal.Floor(usd * 1_000_000_000m)), default);
    }

    /// <summary>Limits input and output tokens together.</summary>
    /// <param name="tokens">The most tokens.</param>
    /// <returns>The limit.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The amount is negative or above 2^53.</exception>
    public static Limit Tokens(long tokens) => Of(BudgetMeter.Tokens, tokens);

    /// <summary>Limits input tokens, cached ones included.</summary>
    /// <param name="tokens">The most tokens.</param>
    /// <returns>The limit.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The amount is negative or above 2^53.</exception>
    public static Limit InputTokens(long tokens) => Of(BudgetMeter.InputTokens, tokens);

    /// <summary>Limits output tokens, reasoning included.</summary>
    /// <param name="tokens">The most tokens.</param>
    /// <returns>The limit.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The amount is negative or above 2^53.</exception>
    public static Limit OutputTokens(long tokens) => Of(BudgetMeter.OutputTokens, tokens);

    /// <summary>Limits calls to providers.</summary>
    /// <param name="calls">The most calls.</param>
    /// <returns>The limit.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The amount is negative or above 2^53.</exception>
    public static Limit Calls(long calls) => Of(BudgetMeter.Calls, calls);

    /// <summary>Limits the time spent in calls to providers, summed. A call that has begun is not interrupted; no further one begins.</summary>
    /// <param name="time">The most time.</param>
    /// <returns>The limit.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public static Limit Time(TimeSpan time) => Of(BudgetMeter.Time, (long)time.TotalMilliseconds);

    /// <summary>Returns the same limit for a window.</summary>
    /// <param name="window">The window.</param>
    /// <returns>The limit.</returns>
    public Limit Per(BudgetWindow window) => new(Meter, Amount, window);

    /// <summary>Returns a limit with another amount.</summary>
    /// <param name="amount">The amount in the meter's unit.</param>
    /// <returns>The limit.</returns>
    internal Limit With(long amount) => new(Meter, Math.Clamp(amount, 0, BudgetAmounts.Max), Window);

    /// <summary>Returns the limit for people, such as <c>$0.50</c> or <c>200,000 tokens per Day</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Format(Meter, Amount) + (Window.Period == BudgetPeriod.Lifetime ? string.Empty : $" per {Window}");

    /// <summary>Writes an amount with its unit.</summary>
    /// <param name="meter">The meter.</param>
    /// <param name="amount">The amount.</param>
    /// <returns>The text, in the invariant culture.</returns>
    internal static string Format(BudgetMeter meter, long amount) => meter switch
    {
        BudgetMeter.Usd => new NanoUsd(amount).Usd.ToString("$0.00#######;-$0.00#######", CultureInfo.InvariantCulture),
        BudgetMeter.Tokens => string.Create(CultureInfo.InvariantCulture, $"{amount:N0} tokens"),
        BudgetMeter.InputTokens => string.Create(CultureInfo.InvariantCulture, $"{amount:N0} input tokens"),
        BudgetMeter.OutputTokens => string.Create(CultureInfo.InvariantCulture, $"{amount:N0} output tokens"),
        BudgetMeter.Calls => string.Create(CultureInfo.InvariantCulture, $"{amount:N0} calls"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{amount / 1000.0:0.###} s"),
    };

    private static Limit Of(BudgetMeter meter, long amount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(amount);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(amount, BudgetAmounts.Max);
        return new(meter, amount, default);
    }
}
