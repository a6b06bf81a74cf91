using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using TokenThrift.Routing;

namespace TokenThrift.Evaluation.Routing;

/// <summary>One recorded request with what each model made of it.</summary>
internal sealed record RoutingRow(string Task, string Prompt, IReadOnlyDictionary<string, double> Scores, IReadOnlyDictionary<string, string> Responses)
{
    public ChatMessage[] Messages { get; } = [new(ChatRole.User, Prompt)];

    /// <summary>Gets fresh options that carry the caller's task tag.</summary>
    public ChatOptions Options()
    {
        var options = new ChatOptions();
        RoutingSettings.TaskType.Set(options, Task);
        return options;
    }

    public static IReadOnlyList<RoutingRow> Read(EvaluationArguments arguments)
    {
        var rows = new List<RoutingRow>();
        foreach (JsonObject row in arguments.Rows())
        {
            var scores = new Dictionary<string, double>();
            var responses = new Dictionary<string, string>();
            foreach ((string model, JsonNode? node) in row["models"] as JsonObject ?? throw new EvaluationException("--data: a row has no 'models'."))
            {
                scores[model] = (double?)node?["score"] ?? throw new EvaluationException($"--data: model '{model}' of a row has no 'score'.");
                if ((string?)node?["response"] is { } response)
                {
                    responses[model] = response;
                }
            }

            rows.Add(new RoutingRow((string?)row["task"] ?? "", (string?)row["prompt"] ?? throw new EvaluationException("--data: a row has no 'prompt'."), scores, responses));
        }

        return rows;
    }

    /// <summary>Reads <c>--weak</c> and <c>--strong</c>, by default the models with the lowest and the highest mean score.</summary>
    public static (string[] Weak, string Strong) Models(EvaluationArguments arguments, IReadOnlyList<RoutingRow> rows)
    {
        string[] byMean = [.. rows[0].Scores.Keys.OrderBy(m => rows.Average(r => r.Scores.GetValueOrDefault(m)))];
        string[] weak = arguments.Text("weak", byMean[0]).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        string strong = arguments.Text("strong", byMean[^1]);
        foreach (string model in weak.Append(strong))
        {
            if (!rows.All(r => r.Scores.ContainsKey(model)))
            {
                throw new EvaluationException($"--data: not every row has the model '{model}'; there are: {string.Join(", ", byMean)}.");
            }
        }

        return weak.Contains(strong) ? throw new EvaluationException("--weak and --strong name the same model.") : (weak, strong);
    }
}
