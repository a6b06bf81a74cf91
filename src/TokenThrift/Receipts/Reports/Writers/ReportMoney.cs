using System.Globalization;
using TokenThrift.Models;

namespace TokenThrift.Receipts;

/// <summary>Writes the amounts of one column or chart with the same number of decimals, so that they compare and add up by eye.</summary>
internal readonly struct ReportMoney
{
    private readonly int _decimals;

    private ReportMoney(int decimals) => _decimals = decimals;

    /// <summary>Chooses the decimals by the largest amount: cents from 100 dollars up, hundredths of a cent from a cent up, else millionths of a dollar.</summary>
    public static ReportMoney For(IEnumerable<NanoUsd> amounts)
    {
        decimal largest = amounts.Select(amount => Math.Abs(amount.Usd)).DefaultIfEmpty(0).Max();
        return new ReportMoney(largest >= 100 ? 2 : largest >= 0.01m ? 4 : 6);
    }

    /// <summary>Dollars; an amount too small for the column says so rather than look like nothing.</summary>
    public string Of(NanoUsd amount)
    {
        decimal usd = Math.Abs(amount.Usd);
        decimal rounded = Math.Round(usd, _decimals, MidpointRounding.AwayFromZero);
        string format = _decimals switch { 2 => "#,##0.00", 4 => "#,##0.0000", _ => "#,##0.000000" };
        return usd != 0 && rounded == 0
            ? "<$" + ((decimal)Math.Pow(10, -_decimals)).ToString(format, CultureInfo.InvariantCulture)
            : (amount.Value < 0 ? "\u2212$" : "$") + rounded.ToString(format, CultureInfo.InvariantCulture);
    }

    /// <summary>Dollars with a sign, for what was saved or paid on top.</summary>
    public string Signed(NanoUsd amount) => Of(amount) is ['$', ..] text && amount.Value > 0 ? "+" + text : Of(amount);
}
