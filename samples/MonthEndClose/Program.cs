using Spectre.Console;
using TokenThrift.Samples.MonthEndClose;
using TokenThrift.Samples.MonthEndClose.Columns;
using TokenThrift.Samples.MonthEndClose.Output;

if (!SampleArguments.TryParse(args, out SampleArguments? arguments, out string? error))
{
    Console.Error.WriteLine(error);
    return 2;
}

if (arguments.Help)
{
    Console.WriteLine(SampleArguments.Usage);
    return 0;
}

// Progress goes to the error stream, so that standard output is the result and nothing else.
IAnsiConsole progress = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
Comparison comparison = await progress.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn()).StartAsync(context =>
{
    ProgressTask bar = context.AddTask("closing the month", maxValue: ComparisonRunner.TaskRuns);
    return ComparisonRunner.RunAsync(arguments.Seed, () => bar.Increment(1));
});

if (arguments.Json)
{
    Console.WriteLine(JsonReport.Of(comparison));
}
else
{
    TableReport.Write(AnsiConsole.Console, comparison);
}

return 0;
