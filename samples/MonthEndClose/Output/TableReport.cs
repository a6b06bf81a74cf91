using Spectre.Console;
using TokenThrift.Receipts;
using TokenThrift.Samples.MonthEndClose.Columns;
using TokenThrift.Samples.MonthEndClose.Simulation;

namespace TokenThrift.Samples.MonthEndClose.Output;

/// <summary>The comparison as tables for people.</summary>
internal static class TableReport
{
    public static void Write(IAnsiConsole console, Comparison comparison)
    {
        console.Write(Ways(comparison));
        console.Write(Levers(comparison.Receipts));
        console.Write(Tasks(comparison));
        Remarks(console, comparison);
    }

    /// <summary>Says that the models are not real.</summary>
    public static void WriteNotice(IAnsiConsole console)
    {
        console.MarkupLine("[bold]This is a simulation.[/] The models are played by code that knows only the messages and tools that it is sent;");
        console.MarkupLine("tokens (o200k), prices (the catalogue's) and the provider's prompt cache are billed as published. --live asks a real endpoint.");
        console.WriteLine();
    }

    private static Table Ways(Comparison comparison)
    {
        Table table = New("The same month-end close, done in several ways", "way", "calls", "input tokens", "of them cached", "output", "cost", "saved", "tasks passed");
        foreach ((_, string title, ColumnResult result) in comparison.Columns)
        {
            BillTotals sum = result.Totals;
            table.AddRow(
                title,
                Format.Number(sum.Calls),
                Format.Number(sum.InputTokens),
                Format.Number(sum.CachedTokens),
                Format.Number(sum.OutputTokens),
                Format.Money(sum.Usd),
                Format.Share(comparison.StrongOnly.Totals.Usd - sum.Usd, comparison.StrongOnly.Totals.Usd),
                $"{result.TasksPassed} of {result.Tasks.Count}");
        }

        return table;
    }

    private static Table Levers(SavingsSummary receipts)
    {
        SavingsByLever savings = receipts.Savings;
        Table table = New("All of TokenThrift: what the receipts say saved it", "lever", "saved", "of the estimated cost without");
        foreach ((string lever, decimal usd) in new[]
        {
            ("cache", savings.Cache.Usd),
            ("compression", savings.Compression.Usd),
            ("routing", savings.Routing.Usd),
            ("provider's prompt cache", savings.ProviderCache.Usd),
            ("overhead", savings.Overhead.Usd),
            ("together", savings.Total.Usd),
        })
        {
            table.AddRow(lever, Format.Money(usd), Format.Share(usd, receipts.Baseline.Usd));
        }

        return table;
    }

    private static Table Tasks(Comparison comparison)
    {
        Table table = New("Task by task", "task", "budget", "spent", "without", "saved", "passed without", "passed with");
        foreach ((TaskResult without, TaskResult with) in comparison.StrongOnly.Tasks.Zip(comparison.Thrifty.Tasks))
        {
            table.AddRow(
                with.Name,
                Format.Money(with.LimitUsd),
                Format.Money(with.Bill.Usd),
                Format.Money(without.Bill.Usd),
                Format.Share(without.Bill.Usd - with.Bill.Usd, without.Bill.Usd),
                without.Passed ? "yes" : "no",
                with.Passed ? "yes" : "[red]no[/]");
        }

        return table;
    }

    private static void Remarks(IAnsiConsole console, Comparison comparison)
    {
        foreach (TaskResult lost in comparison.Lost)
        {
            console.MarkupLineInterpolated($"[red]Lost:[/] {lost.Name}: {lost.Reason}");
        }

        if (comparison.Starved is { } starved)
        {
            console.MarkupLineInterpolated(
                $"Given too little on purpose, {starved.Task.Name} ended within {Format.Money(starved.Task.LimitUsd)}: {starved.EntitiesCovered} of {starved.EntitiesAsked} entities done, {(starved.Task.Passed ? "each of them right" : "not usable: " + starved.Task.Reason)}; billed {Format.Money(starved.Task.Bill.Usd)}, receipts {Format.Money(starved.ReceiptUsd)}.");
        }

        console.MarkupLineInterpolated(
            $"Spent above a budget: {Format.Money(comparison.OverspendUsd)}. Receipts of the whole close: {Format.Money(comparison.Receipts.Spent.Usd)}; the provider's own bill: {Format.Money(comparison.Thrifty.Totals.Usd)}.");
        console.MarkupLineInterpolated($"Seed {comparison.Seed}, {comparison.Seconds:0.0} seconds in all.");
    }

    private static Table New(string title, string first, params string[] columns)
    {
        Table table = new Table().Title(title).Border(TableBorder.Simple).AddColumn(first);
        foreach (string column in columns)
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        return table;
    }
}
