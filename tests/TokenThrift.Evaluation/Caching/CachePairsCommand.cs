using System.Numerics.Tensors;
using System.Text.Json.Nodes;
using TokenThrift.Text;

namespace TokenThrift.Evaluation.Caching;

/// <summary>How well the built-in embedder finds the question that means the same.</summary>
internal sealed class CachePairsCommand : EvaluationCommand
{
    private static readonly int[] Wrong = [25, 77, 92];

    /// <inheritdoc/>
    public override string Name => "cache-pairs";

    /// <inheritdoc/>
    public override string Help => "embeds every distinct `a`, asks every `b` of the pairs that are the same; right answers at 25, 77 and 92 wrong";

    /// <inheritdoc/>
    public override Task<IReadOnlyDictionary<string, object?>> RunAsync(EvaluationArguments arguments, EvaluationOutput output)
    {
        IReadOnlyList<JsonObject> rows = arguments.Rows();
        arguments.RefuseUnknown();
        (string A, string B)[] pairs = [.. rows.Where(row => (bool?)row["same"] ?? true).Select(row => (Text(row, "a"), Text(row, "b")))];
        string[] texts = [.. pairs.Select(pair => pair.A).Distinct(StringComparer.Ordinal)];
        float[][] vectors = [.. texts.Select(LexicalEmbeddingGenerator.Embed)];
        var hits = new List<(float Similarity, bool Right)>(pairs.Length);
        foreach ((string a, string b) in pairs)
        {
            float[] asked = LexicalEmbeddingGenerator.Embed(b);
            int best = -1;
            float similarity = float.NegativeInfinity;
            for (int i = 0; i < vectors.Length; i++)
            {
                float candidate = TensorPrimitives.Dot<float>(asked, vectors[i]);
                if (candidate > similarity)
                {
                    (best, similarity) = (i, candidate);
                }
            }

            hits.Add((similarity, texts[best] == a || texts[best] == b));
            output.Progress("pairs", hits.Count, pairs.Length);
        }

        hits.Sort((x, y) => y.Similarity.CompareTo(x.Similarity));
        Dictionary<string, int> rightAtWrong = Wrong.ToDictionary(limit => $"{limit}", limit => RightAt(hits, limit));
        double top1 = hits.Count(hit => hit.Right) / (double)hits.Count;
        output.Table(["wrong", "right"], rightAtWrong.Select(pair => (IReadOnlyList<string>)[pair.Key, $"{pair.Value}"]));
        output.Line($"{pairs.Length} pairs, nearest right for {top1:P1}");
        return Task.FromResult<IReadOnlyDictionary<string, object?>>(new Dictionary<string, object?>
        {
            ["pairs"] = pairs.Length,
            ["rightAtWrong"] = rightAtWrong,
            ["top1"] = top1,
        });
    }

    // The most right answers that a similarity floor gets with no more wrong ones than the limit.
    private static int RightAt(List<(float Similarity, bool Right)> hits, int limit)
    {
        int right = 0;
        int wrong = 0;
        int best = 0;
        for (int i = 0; i < hits.Count && wrong <= limit; i++)
        {
            (right, wrong) = hits[i].Right ? (right + 1, wrong) : (right, wrong + 1);
            if (wrong <= limit && (i + 1 == hits.Count || hits[i + 1].Similarity < hits[i].Similarity))
            {
                best = right;
            }
        }

        return best;
    }

    private static string Text(JsonObject row, string name) =>
        (string?)row[name] ?? throw new EvaluationException($"a row has no '{name}'.");
}
