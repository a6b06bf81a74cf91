using System.Numerics.Tensors;
using System.Text.Json.Nodes;
using TokenThrift.Caching;
using TokenThrift.Text;

namespace TokenThrift.Evaluation.Caching;

/// <summary>What the guards alone say to pairs of questions that read alike.</summary>
internal sealed class CacheGuardCommand : EvaluationCommand
{
    /// <inheritdoc/>
    public override string Name => "cache-guard";

    /// <inheritdoc/>
    public override string Help => "rows {a, b, same} above --floor (0.5): the share that the guards alone reject";

    /// <inheritdoc/>
    public override Task<IReadOnlyDictionary<string, object?>> RunAsync(EvaluationArguments arguments, EvaluationOutput output)
    {
        IReadOnlyList<JsonObject> rows = arguments.Rows();
        double floor = arguments.Number("floor", 0.5);
        arguments.RefuseUnknown();
        var verdicts = new List<(bool Same, string? Reason)>(rows.Count);
        foreach (JsonObject row in rows)
        {
            string a = (string?)row["a"] ?? throw new EvaluationException("a row has no 'a'.");
            string b = (string?)row["b"] ?? throw new EvaluationException("a row has no 'b'.");
            bool same = (bool?)row["same"] ?? throw new EvaluationException("a row has no 'same'.");
            if (TensorPrimitives.Dot<float>(LexicalEmbeddingGenerator.Embed(a), LexicalEmbeddingGenerator.Embed(b)) >= floor)
            {
                verdicts.Add((same, SemanticGuards.Check(b, a)));
            }
        }

        double? contrast = Vetoed(verdicts, same: false);
        double? paraphrase = Vetoed(verdicts, same: true);
        output.Table(
            ["reason", "different", "same"],
            verdicts.GroupBy(v => v.Reason ?? "none").OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => (IReadOnlyList<string>)[group.Key, $"{group.Count(v => !v.Same)}", $"{group.Count(v => v.Same)}"]));
        output.Line($"{verdicts.Count} pairs above {floor:F2}: rejected {contrast:P1} of the different, {paraphrase:P1} of the same");
        return Task.FromResult<IReadOnlyDictionary<string, object?>>(new Dictionary<string, object?>
        {
            ["pairs"] = verdicts.Count,
            ["contrastVetoed"] = contrast,
            ["paraphraseVetoed"] = paraphrase,
        });
    }

    private static double? Vetoed(List<(bool Same, string? Reason)> verdicts, bool same)
    {
        int all = verdicts.Count(v => v.Same == same);
        return all == 0 ? null : verdicts.Count(v => v.Same == same && v.Reason is not null) / (double)all;
    }
}
