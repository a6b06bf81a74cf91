using System.Globalization;
using TokenThrift.Budgets;
using TokenThrift.Models;

namespace TokenThrift.Redis;

/// <summary>How amounts are written: money in nano-USD, input tokens, output tokens, calls, milliseconds.</summary>
internal static class AmountsText
{
    public static string Write(BudgetAmounts a) =>
        string.Create(CultureInfo.InvariantCulture, $"{a.Usd.Value} {a.InputTokens} {a.OutputTokens} {a.Calls} {a.Milliseconds}");

    /// <summary>Reads five numbers.</summary>
    /// <exception cref="FormatException">They are none.</exception>
    public static BudgetAmounts Read(ReadOnlySpan<string> parts) => parts.Length != 5 ? throw new FormatException("Amounts of the ledger in Redis cannot be read.") : new BudgetAmounts
    {
        Usd = new NanoUsd(Number(parts[0])),
        InputTokens = Number(parts[1]),
        OutputTokens = Number(parts[2]),
        Calls = Number(parts[3]),
        Milliseconds = Number(parts[4]),
    };

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
