using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;
using TokenThrift.Evaluation.Replay;

namespace TokenThrift.Evaluation.Compression;

/// <summary>A log as a tool's result: what reaches the model of it.</summary>
internal sealed partial class CompressLogsCommand : EvaluationCommand
{
    public override string Name => "compress-logs";

    public override string Help => "folding of a log: ratio, templates still visible, error lines kept (rows {line, template})";

    public override async Task<IReadOnlyDictionary<string, object?>> RunAsync(EvaluationArguments arguments, EvaluationOutput output)
    {
        IReadOnlyList<JsonObject> rows = arguments.Rows();
        _ = arguments.Seed;
        arguments.RefuseUnknown();
        string[] lines = [.. rows.Select(row => (string)row["line"]!)];
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
        string[] templates = [.. rows.Select(row => (string)row["template"]!).Distinct(StringComparer.Ordinal)];
        HashSet<string> visible = [.. rows.Where(row => shown.Contains(((string)row["line"]!).TrimEnd('\r'))).Select(row => (string)row["template"]!)];
        string[] alarms = [.. lines.Where(line => Alarm().IsMatch(line)).Distinct(StringComparer.Ordinal)];
        var serializer = new ReplaySerializer();
        int before = serializer.Count(log);
        int after = serializer.Count(text);
        var fields = new Dictionary<string, object?>
        {
            ["lines"] = lines.Length,
            ["tokensBefore"] = before,
            ["tokensAfter"] = after,
            ["ratio"] = (double)before / after,
            ["templatesVisible"] = (double)visible.Count / templates.Length,
            ["errorLinesKept"] = alarms.Length == 0 ? 1.0 : (double)alarms.Count(shown.Contains) / alarms.Length,
        };
        output.Table(["field", "value"], fields.Select(f => new[] { f.Key, Convert.ToString(f.Value, CultureInfo.InvariantCulture)! }));
        return fields;
    }

    [GeneratedRegex(@" \[x\d+\]$")]
    private static partial Regex Counted();

    [GeneratedRegex(@"\b(?:ERROR|ERR|WARN|WARNING|FATAL|CRITICAL|SEVERE|error|warning|fatal)\b")]
    private static partial Regex Alarm();
}
