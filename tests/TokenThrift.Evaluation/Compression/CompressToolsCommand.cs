using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using TokenThrift.Compression;
using TokenThrift.Evaluation.Replay;

namespace TokenThrift.Evaluation.Compression;

/// <summary>Tool selection from a pool of all tools of the file.</summary>
internal sealed class CompressToolsCommand : EvaluationCommand
{
    public override string Name => "compress-tools";

    public override string Help => "is the right tool among those chosen from all tools of the file? (--keep K)";

    public override Task<IReadOnlyDictionary<string, object?>> RunAsync(EvaluationArguments arguments, EvaluationOutput output)
    {
        int keep = arguments.Int("keep", 10);
        IReadOnlyList<JsonObject> rows = arguments.Rows();
        _ = arguments.Seed;
        arguments.RefuseUnknown();
        var pool = new Dictionary<string, AITool>(StringComparer.Ordinal);
        foreach (JsonNode? tool in rows.SelectMany(row => row["tools"]!.AsArray()))
        {
            JsonNode function = tool!["function"] ?? tool;
            string name = (string)function["name"]!;
            JsonElement schema = JsonSerializer.SerializeToElement(function["parameters"] ?? new JsonObject());
            pool.TryAdd(name, AIFunctionFactory.CreateDeclaration(name, (string?)function["description"], schema));
        }

        AITool[] tools = [.. pool.Values];
        var serializer = new ReplaySerializer();
        long before = Tokens(serializer, tools);
        long after = 0;
        double found = 0;
        int done = 0;
        foreach (JsonObject row in rows)
        {
            string query = string.Join('\n', row["messages"]!.AsArray().Where(m => (string?)m!["role"] == "user").Select(m => (string?)m!["content"]));
            IReadOnlyList<AITool> chosen = ToolSelector.Select(query, tools, keep);
            HashSet<string> names = [.. chosen.Select(t => t.Name)];
            string[] gold = [.. row["gold"]!.AsArray().Select(g => g!.ToString())];
            found += gold.Length == 0 ? 1 : (double)gold.Count(names.Contains) / gold.Length;
            after += Tokens(serializer, chosen);
            output.Progress("requests", ++done, rows.Count);
        }

        var fields = new Dictionary<string, object?>
        {
            ["requests"] = rows.Count,
            ["pool"] = tools.Length,
            ["keep"] = keep,
            ["recallAtK"] = found / rows.Count,
            ["tokensBefore"] = before,
            ["tokensAfter"] = after / rows.Count,
        };
        output.Table(["field", "value"], fields.Select(f => new[] { f.Key, Convert.ToString(f.Value, CultureInfo.InvariantCulture)! }));
        return Task.FromResult<IReadOnlyDictionary<string, object?>>(fields);
    }

    private static long Tokens(ReplaySerializer serializer, IEnumerable<AITool> tools) =>
        serializer.Pieces([], new ChatOptions { Tools = [.. tools] }).Sum(piece => (long)piece.Tokens.Length);
}
