using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;

namespace TokenThrift.Evaluation.Compression;

/// <summary>A log as a tool's result: what reaches the model of it.</summary>
internal sealed partial class CompressLogsCommand : EvaluationCommand
{
    public override string Name => "compress-logs";

    public override string Help => "folding of a log: ratio, templates still visible, error lines kept (--data rows {line, template}, or --made [--lines N] for logs in ten formats)";

    public override async Task<IReadOnlyDictionary<string, object?>> RunAsync(EvaluationArguments arguments, EvaluationOutput output)
    {
        if (!arguments.Flag("made"))
        {
            List<(string, string, bool)> rows = [.. arguments.Rows().Select(row => ((string)row["line"]!, (string)row["template"]!, Alarm().IsMatch((string)row["line"]!)))];
            _ = arguments.Seed;
            arguments.RefuseUnknown();
            Dictionary<string, object?> fields = await MeasureAsync(rows);
            output.Table(["field", "value"], fields.Select(f => new[] { f.Key, Convert.ToString(f.Value, CultureInfo.InvariantCulture)! }));
            return fields;
        }

        int lines = arguments.Int("lines", 2000);
        int seed = arguments.Seed;
        arguments.RefuseUnknown();
        var byFormat = new Dictionary<string, object?>();
        var all = new List<Dictionary<string, object?>>();
        foreach (string format in MadeLogs.Names)
        {
            all.Add(await MeasureAsync(MadeLogs.Make(format, lines, seed)));
            byFormat[format] = all[^1];
        }

        output.Table(["format", .. all[0].Keys], MadeLogs.Names.Zip(all).Select(f => (string[])[f.First, .. f.Second.Values.Select(v => v is double share ? share.ToString("0.###", CultureInfo.InvariantCulture) : Convert.ToString(v, CultureInfo.InvariantCulture)!)]));
        return new Dictionary<string, object?>
        {
            ["formats"] = all.Count,
            ["medianRatio"] = Median([.. all.Select(f => (double)f["ratio"]!).Order()]),
            ["templatesVisible"] = all.Min(f => (double)f["templatesVisible"]!),
            ["errorLinesKept"] = all.Min(f => (double)f["errorLinesKept"]!),
            ["logs"] = byFormat,
        };
    }

    private static double Median(double[] sorted) => (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;

    private static async Task<Dictionary<string, object?>> MeasureAsync(IReadOnlyList<(string Line, string Template, bool IsAlarm)> rows)
    {
        string[] lines = [.. rows.Select(row => row.Line)];
        string log = string.Join('\n', lines);
        using var policy = new ThriftPolicy(ReplayBilling.DefaultRead, ReplayBilling.DefaultWrite);
        List<ChatMessage> messages =
        [
            new(ChatRole.User, "What happened?"),
            new(ChatRole.Assistant, [new FunctionCallContent("c1", "read_log", new Dictionary<string, object?>())]),
            new(ChatRole.Tool, [new FunctionResultContent("c1", log)]),
        ];
        (IReadOnlyList<ChatMessage> sent, _) = await policy.SendAsync(messages, new ChatMessage(ChatRole.Assistant, "Done."));
        string text = (string)sent[^1].Contents.OfType<FunctionResultContent>().Single().Result!;

        var shown = new HashSet<string>(text.Split('\n').Select(line => Counted().Replace(line, string.Empty)), StringComparer.Ordinal);
        string[] templates = [.. rows.Select(row => row.Template).Distinct(StringComparer.Ordinal)];
        HashSet<string> visible = [.. rows.Where(row => shown.Contains(row.Line.TrimEnd('\r'))).Select(row => row.Template)];
        string[] alarms = [.. rows.Where(row => row.IsAlarm).Select(row => row.Line).Distinct(StringComparer.Ordinal)];
        var serializer = new ReplaySerializer();
        int before = serializer.Count(log);
        int after = serializer.Count(text);
        return new Dictionary<string, object?>
        {
            ["lines"] = lines.Length,
            ["tokensBefore"] = before,
            ["tokensAfter"] = after,
            ["ratio"] = (double)before / after,
            ["templates"] = templates.Length,
            ["templatesVisible"] = (double)visible.Count / templates.Length,
            ["errorLines"] = alarms.Length,
            ["errorLinesKept"] = alarms.Length == 0 ? 1.0 : (double)alarms.Count(shown.Contains) / alarms.Length,
        };
    }

    [GeneratedRegex(@" \[x\d+\]$")]
    private static partial Regex Counted();

    [GeneratedRegex(@"\b(?:ERROR|ERR|WARN|WARNING|FATAL|CRITICAL|SEVERE|error|warning|fatal)\b")]
    private static partial Regex Alarm();
}
