using Spectre.Console;

namespace TokenThrift.Evaluation;

/// <summary>Where a command prints: tables to standard output, progress to standard error.</summary>
internal sealed class EvaluationOutput
{
    private readonly IAnsiConsole _console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Out) });
    private readonly bool _showProgress = !Console.IsErrorRedirected;
    private int _lastPercent = -1;

    public void Line(string text) => _console.MarkupLineInterpolated($"{text}");

    public void Table(IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<string>> rows)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (string heading in headings)
        {
            table.AddColumn(new TableColumn(Markup.Escape(heading)) { NoWrap = true });
        }

        foreach (IReadOnlyList<string> row in rows)
        {
            table.AddRow([.. row.Select(Markup.Escape)]);
        }

        _console.Write(table);
    }

    public void Progress(string what, long done, long total)
    {
        int percent = total == 0 ? 100 : (int)(done * 100 / total);
        if (_showProgress && percent != _lastPercent)
        {
            _lastPercent = percent;
            Console.Error.Write($"\r{what}: {percent} %   ");
            if (done >= total)
            {
                Console.Error.Write("\r                                        \r");
            }
        }
    }
}
