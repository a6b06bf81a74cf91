using System.Globalization;

namespace TokenThrift.Samples.MonthEndClose.Output;

/// <summary>Numbers for people, the same in every culture.</summary>
internal static class Format
{
    public static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    public static string Money(decimal usd) => usd.ToString("$0.0000;-$0.0000", CultureInfo.InvariantCulture);

    public static string Share(decimal part, decimal whole) => whole == 0 ? "-" : (part / whole).ToString("0 %;-0 %", CultureInfo.InvariantCulture);
}
