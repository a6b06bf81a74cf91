using System.ClientModel;
using Spectre.Console;
using TokenThrift.Samples.MonthEndClose;
using TokenThrift.Samples.MonthEndClose.Columns;
using TokenThrift.Samples.MonthEndClose.Live;
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

string? key = Environment.GetEnvironmentVariable("OPENAI_API_KEY");
if (arguments.Live && string.IsNullOrWhiteSpace(key))
{
    Console.Error.WriteLine("--live reads the endpoint's key from the environment variable OPENAI_API_KEY, which is not set.");
    return WrongArguments;
}

// Progress goes to the error stream, so that standard output is the result and nothing else.
IAnsiConsole progress = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
Comparison comparison;
try
{
    comparison = await progress.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn()).StartAsync(context =>
    {
        ProgressTask bar = context.AddTask("closing the month", maxValue: arguments.Live ? LiveRunner.TaskRuns : ComparisonRunner.TaskRuns);
        return arguments.Live
            ? new LiveRunner(arguments.Endpoint!, key!, arguments.Model!, arguments.Small).RunAsync(arguments.Seed, () => bar.Increment(1))
            : ComparisonRunner.RunAsync(arguments.Seed, () => bar.Increment(1));
    });
}
catch (Exception e) when (arguments.Live && e is ClientResultException or HttpRequestException or AggregateException)
{
    Console.Error.WriteLine($"The endpoint could not be used: {e.GetBaseException().Message.ReplaceLineEndings(" ")}");
    return WrongArguments;
}

try
{
    ReportFile.Write(arguments.Report, comparison.Report);
    Console.Error.WriteLine($"The savings report is in {arguments.Report}.");
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"The savings report could not be written: {e.Message}");
    return WrongArguments;
}

if (arguments.Json)
{
    Console.WriteLine(JsonReport.Of(comparison));
}
else
{
    IAnsiConsole console = AnsiConsole.Console;
    console.Profile.Width = Console.IsOutputRedirected ? WidthOfFiles : console.Profile.Width;
    if (!arguments.Live)
    {
        TableReport.WriteNotice(console);
    }

    TableReport.Write(console, comparison);
}

return comparison.Lost.Count > 0 ? Lost : 0;
