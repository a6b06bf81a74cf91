using TokenThrift.Receipts;

namespace TokenThrift.Tool;

/// <summary>The command line. Exit 0 when it did what was asked, 2 with one clear line when a file or an argument is wrong.</summary>
internal static class ToolProgram
{
    public const string Usage =
        """
        usage: tokenthrift COMMAND

          report FILE [-o report.html]      a savings report from receipts; .html, .json, .csv or .md by the name of the output
          exposure FILE                     shares by vendor, jurisdiction, origin, region; substitutes and drills
          price MODEL --input N --output N  what a call costs [--cached N] [--written N]
          count FILE --model ID             the tokens of a text file
          replay TRANSCRIPT --model ID      what a recorded conversation costs with and without TokenThrift

        options of report and exposure:
          --title TEXT          the heading
          --allow J1,J2         only models of these jurisdictions count as alternatives
          --prices FILE         a JSON array of models as in the configuration, to see what other prices do to the period
          --skip-broken         report on the receipts that can be read, and name the others on standard error
          --full-files          read the full files that the sink put aside, too

        FILE holds receipts as JSON lines (.jsonl, .jsonl.gz) or is the SQLite file of a sink. TRANSCRIPT holds one conversation a line: {"id", "messages"}.
        """;

    public static async Task<int> RunAsync(IReadOnlyList<string> args, TextWriter output, TextWriter error)
    {
        try
        {
            if (args.Count == 0 || args[0] is "--help" or "-h" or "help")
            {
                await output.WriteLineAsync(Usage).ConfigureAwait(false);
                return 0;
            }

            var arguments = new ToolArguments(args.Skip(1));
            switch (args[0])
            {
                case "report": ReportCommand.Report(arguments, output, error); break;
                case "exposure": ReportCommand.Exposure(arguments, output, error); break;
                case "price": PriceCommand.Run(arguments, output); break;
                case "count": CountCommand.Run(arguments, output); break;
                case "replay": await ReplayCommand.RunAsync(arguments, output).ConfigureAwait(false); break;
                default: throw new ToolException($"'{args[0]}' is not a command; there are report, exposure, price, count and replay.");
            }

            return 0;
        }
        catch (Exception e) when (e is ToolException or ReceiptFormatException or IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync(e.Message).ConfigureAwait(false);
            return 2;
        }
    }
}
