using System.Globalization;
using Spectre.Console;
using TokenThrift.Samples.MonthEndClose.Columns;
using TokenThrift.Samples.MonthEndClose.Simulation;

namespace TokenThrift.Samples.MonthEndClose.Output;

/// <summary>The comparison as tables for people.</summary>
internal static class TableReport
{
    public static void Write(IAnsiConsole console, Comparison comparison)
    {
        console.Write(Ways(comparison));
    }

    private static Table Ways(Comparison comparison)
    {
        Table table = new Table().Title("The same month-end close, done in several ways").AddColumn("way");
        foreach (string name in new[] { "calls", "input", "of it cached", "output", "cost", "saved", "tasks passed" })
        {
            table.AddColumn(new TableColumn(name).RightAligned());
        }

        decimal strongest = comparison.StrongOnly.Totals.Usd;
        foreach ((_, string title, ColumnResult result) in comparison.Columns)
        {
            BillTotals sum = result.Totals;
            table.AddRow(
                title,
                Number(sum.Calls),
                Number(sum.InputTokens),
                Number(sum.CachedTokens),
                Number(sum.OutputTokens),
                Money(sum.Usd),
                Share(1 - (sum.Usd / strongest)),
                $"{result.TasksPassed} of {result.Tasks.Count}");
        }

        return table;
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Money(decimal value) => value.ToString("$0.0000", CultureInfo.InvariantCulture);

    private static string Share(decimal value) => value.ToString("0 %", CultureInfo.InvariantCulture);
}
