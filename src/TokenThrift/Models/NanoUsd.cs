using System.Globalization;

namespace TokenThrift.Models;

/// <summary>An amount of money in whole nano-dollars (1 USD = 1,000,000,000 nUSD).</summary>
/// <remarks>
/// All money in TokenThrift is integer arithmetic in this unit; only prices are finer (pico-USD a token, see
/// <see cref="ModelPrices"/>). Arithmetic is checked: an overflow throws rather than wraps. Negative amounts are
/// allowed, because a saving can be negative.
/// </remarks>
/// <param name="Value">The amount in nano-dollars.</param>
public readonly record struct NanoUsd(long Value) : IComparable<NanoUsd>
{
    private const decimal PerDollar = 1_000_000_000m;

    /// <summary>Gets no money at all.</summary>
    public static NanoUsd Zero => default;

    /// <summary>Gets the amount in dollars, exactly.</summary>
    public decimal Usd => Value / PerDollar;

    /// <summary>Makes an amount from dollars, rounded up to the next whole nano-dollar.</summary>
    /// <param name="usd">The amount in dollars.</param>
    /// <returns>The amount.</returns>
    /// <exception cref="OverflowException">The amount does not fit (about 9.2 billion dollars).</exception>
    public static NanoUsd FromUsd(decimal usd) => new(decimal.ToInt64(decimal.Ceiling(usd * PerDollar)));

    /// <summary>Returns the larger of two amounts.</summary>
    /// <param name="left">One amount.</param>
    /// <param name="right">The other.</param>
    /// <returns>The larger.</returns>
    public static NanoUsd Max(NanoUsd left, NanoUsd right) => left.Value >= right.Value ? left : right;

    /// <inheritdoc/>
    public int CompareTo(NanoUsd other) => Value.CompareTo(other.Value);

    /// <summary>Returns the amount in dollars with nine decimals, such as <c>$0.001234567</c>.</summary>
    /// <returns>The text, in the invariant culture.</returns>
    public override string ToString() => Usd.ToString("$0.000000000;-$0.000000000", CultureInfo.InvariantCulture);

    /// <summary>Adds two amounts.</summary>
    /// <param name="left">One amount.</param>
    /// <param name="right">The other.</param>
    /// <returns>The sum.</returns>
    public static NanoUsd operator +(NanoUsd left, NanoUsd right) => new(checked(left.Value + right.Value));

    /// <summary>Subtracts one amount from another.</summary>
    /// <param name="left">The amount to take from.</param>
    /// <param name="right">The amount to take.</param>
    /// <returns>The difference, which may be negative.</returns>
    public static NanoUsd operator -(NanoUsd left, NanoUsd right) => new(checked(left.Value - right.Value));

    /// <summary>Negates an amount.</summary>
    /// <param name="value">The amount.</param>
    /// <returns>The negated amount.</returns>
    public static NanoUsd operator -(NanoUsd value) => new(checked(-value.Value));

    /// <summary>Says whether one amount is less than another.</summary>
    /// <param name="left">One amount.</param>
    /// <param name="right">The other.</param>
    /// <returns><see langword="true"/> if it is less.</returns>
    public static bool operator <(NanoUsd left, NanoUsd right) => left.Value < right.Value;

    /// <summary>Says whether one amount is more than another.</summary>
    /// <param name="left">One amount.</param>
    /// <param name="right">The other.</param>
    /// <returns><see langword="true"/> if it is more.</returns>
    public static bool operator >(NanoUsd left, NanoUsd right) => left.Value > right.Value;

    /// <summary>Says whether one amount is at most another.</summary>
    /// <param name="left">One amount.</param>
    /// <param name="right">The other.</param>
    /// <returns><see langword="true"/> if it is at most the other.</returns>
    public static bool operator <=(NanoUsd left, NanoUsd right) => left.Value <= right.Value;

    /// <summary>Says whether one amount is at least another.</summary>
    /// <param name="left">One amount.</param>
    /// <param name="right">The other.</param>
    /// <returns><see langword="true"/> if it is at least the other.</returns>
    public static bool operator >=(NanoUsd left, NanoUsd right) => left.Value >= right.Value;

    /// <summary>Adds two amounts (the named form of the operator).</summary>
    /// <param name="left">One amount.</param>
    /// <param name="right">The other.</param>
    /// <returns>The sum.</returns>
    public static NanoUsd Add(NanoUsd left, NanoUsd right) => left + right;

    /// <summary>Subtracts one amount from another (the named form of the operator).</summary>
    /// <param name="left">The amount to take from.</param>
    /// <param name="right">The amount to take.</param>
    /// <returns>The difference.</returns>
    public static NanoUsd Subtract(NanoUsd left, NanoUsd right) => left - right;

    /// <summary>Negates an amount (the named form of the operator).</summary>
    /// <param name="value">The amount.</param>
    /// <returns>The negated amount.</returns>
    public static NanoUsd Negate(NanoUsd value) => -value;
}
