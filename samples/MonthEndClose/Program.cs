using Spectre.Console;
using TokenThrift.Samples.MonthEndClose;
using TokenThrift.Samples.MonthEndClose.Columns;
using TokenThrift.Samples.MonthEndClose.Output;

const int Lost = 1;
const int WrongArguments = 2;
const int WidthOfFiles = 120;

if (!SampleArguments.TryParse(args, out SampleArguments? arguments, out string? error))
{
    Console.Error.WriteLine(error);
    return WrongArguments;
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
    IAnsiConsole console = AnsiConsole.Console;
    console.Profile.Width = Console.IsOutputRedirected ? WidthOfFiles : console.Profile.Width;
    TableReport.Write(console, comparison);
}

return comparison.Lost.Count > 0 ? Lost : 0;
