using System.Globalization;
using TokenThrift.Budgets;
using TokenThrift.Models;

namespace TokenThrift.Sqlite;

/// <summary>How amounts and rows of a hold are written where nothing needs to search them.</summary>
internal static class AmountsText
{
    public static string Write(BudgetAmounts a) =>
        string.Create(CultureInfo.InvariantCulture, $"{a.Usd.Value} {a.InputTokens} {a.OutputTokens} {a.Calls} {a.Milliseconds}");

    public static BudgetAmounts Read(string text)
    {
        string[] parts = text.Split(' ');
        return new BudgetAmounts
        {
            Usd = new NanoUsd(Number(parts[0])),
            InputTokens = Number(parts[1]),
            OutputTokens = Number(parts[2]),
            Calls = Number(parts[3]),
            Milliseconds = Number(parts[4]),
        };
    }

    /// <summary>Writes rows one a line: bucket, then the account with line breaks and percent signs escaped.</summary>
    public static string Write(IReadOnlyList<BudgetEntry> entries) =>
        string.Join('\n', entries.Select(e => string.Create(CultureInfo.InvariantCulture, $"{e.Bucket} {Escape(e.Account)}")));

    public static IReadOnlyList<BudgetEntry> ReadEntries(string text) => text.Length == 0
        ? []
        : [.. text.Split('\n').Select(line =>
        {
            int at = line.IndexOf(' ', StringComparison.Ordinal);
            return new BudgetEntry(Unescape(line[(at + 1)..]), Number(line[..at]));
        })];

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static string Escape(string account) => account.Replace("%", "%25", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal);

    private static string Unescape(string text) => text.Replace("%0A", "\n", StringComparison.Ordinal).Replace("%25", "%", StringComparison.Ordinal);
}
