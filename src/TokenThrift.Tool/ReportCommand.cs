using System.Globalization;
using TokenThrift.Receipts;
using TokenThrift.Sqlite;

namespace TokenThrift.Tool;

internal static class ReportCommand
{
    public static void Report(ToolArguments arguments, TextWriter output, TextWriter error)
    {
        string? target = arguments.Text("-o") ?? arguments.Text("--output");
        SavingsReport report = Read(arguments, error);
        string text = Path.GetExtension(target)?.ToUpperInvariant() switch
        {
            null or "" => report.ToMarkdown(),
            ".HTML" or ".HTM" => report.ToHtml(),
            ".JSON" => report.ToJson(),
            ".CSV" => report.ToCsv(),
            ".MD" => report.ToMarkdown(),
            { } other => throw new ToolException($"-o: '{other}' is not a form of report; use .html, .json, .csv or .md."),
        };
        if (target is null)
        {
            output.Write(text);
            return;
        }

        Write(target, text);
        output.WriteLine($"{target}: {report.Total}");
    }

    // An earlier report stays whole until the new one is.
    private static void Write(string target, string text)
    {
        string unfinished = target + ".tmp";
        try
        {
            File.WriteAllText(unfinished, text);
            File.Move(unfinished, target, overwrite: true);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    public static void Exposure(ToolArguments arguments, TextWriter output, TextWriter error)
    {
        ExposureReport exposure = Read(arguments, error).Exposure;
        foreach (ExposureAxis axis in exposure.Axes)
        {
            output.WriteLine(Line($"by {axis.Name}: concentration {axis.SpendConcentration:#,##0} of 10,000 by spend, {axis.TokenConcentration:#,##0} by tokens; unknown for {axis.UnknownTokenShare:0.0 %} of tokens"));
            foreach (ExposureShare share in axis.Shares)
            {
                output.WriteLine(Line($"  {share.Name,-32} {share.SpendShare,8:0.0 %} of spend {share.TokenShare,8:0.0 %} of tokens {share.Sum.Calls,12:#,##0} calls {share.Sum.Spent,20}"));
            }
        }

        output.WriteLine("substitutes (estimated)");
        foreach (Substitutability row in exposure.Substitutes)
        {
            output.WriteLine(Line($"  {row.Vendor,-32} {row.ProvenShare,8:0.0 %} of calls have a proven alternative, {row.AbleShare:0.0 %} any; {row.Spent} there instead {row.AtAlternatives}"));
        }

        output.WriteLine("drills (estimated)");
        foreach (ExposureDrill drill in exposure.Drills)
        {
            output.WriteLine(Line($"  {drill.Name,-32} {drill.CallsUnserved:#,##0} of {drill.CallsAffected:#,##0} calls nobody could serve; cost {drill.Cost} instead of {drill.Spent - drill.UnservedSpent}"));
        }

        output.WriteLine(Line($"policy prevented {exposure.ViolationsPrevented:#,##0} uses"));
    }

    private static SavingsReport Read(ToolArguments arguments, TextWriter error)
    {
        string path = arguments.Subject("The file of receipts");
        string[]? allowed = arguments.Text("--allow")?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var options = new SavingsReportOptions { Title = arguments.Text("--title") ?? "Savings report" };
        if (allowed is not null)
        {
            options.IsAllowed = model => model.Jurisdiction is { } jurisdiction && allowed.Contains(jurisdiction, StringComparer.OrdinalIgnoreCase);
        }

        if (arguments.Text("--prices") is { } prices)
        {
            options.Catalog = CatalogFile.Read(prices);
        }

        bool skips = arguments.Flag("--skip-broken");
        bool withFull = arguments.Flag("--full-files");
        arguments.RefuseUnknown();
        Action<string>? broken = skips ? error.WriteLine : null;
        try
        {
            return SavingsReport.Of(SqliteReceiptFile.IsOne(path) ? SqliteReceiptFile.Read(path, broken) : ReceiptFile.Read(path, broken, withFull), options);
        }
        catch (ReceiptFormatException e) when (!skips)
        {
            throw new ToolException(e.Message + " Nothing was changed; --skip-broken reports on the others.");
        }
    }

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
