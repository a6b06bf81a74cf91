using TokenThrift.Caching;
using TokenThrift.Text;

namespace TokenThrift.Evaluation.Caching;

/// <summary>The best that a fixed similarity floor could have done, had one known it before.</summary>
/// <remarks>Every request is indexed with its right answer, hits too, which favours the floor: a cache that serves a hit never learns the answer.</remarks>
internal static class StaticBaseline
{
    /// <summary>Plays the stream and picks the floor with the most hits whose share of wrong ones is within delta.</summary>
    public static async Task<BaselineResult> PlayAsync((string Text, string Class)[] stream, double delta, EvaluationOutput output)
    {
        var index = new InMemorySemanticIndex(Math.Max(1, stream.Length), long.MaxValue);
        var nearest = new List<(double Similarity, bool IsRight)>(stream.Length);
        for (int i = 0; i < stream.Length; i++)
        {
            float[] vector = LexicalEmbeddingGenerator.Embed(stream[i].Text);
            IReadOnlyList<SemanticMatch> found = await index.SearchAsync(new SemanticQuery("p", LexicalEmbeddingGenerator.ModelId, vector), 1).ConfigureAwait(false);
            if (found.Count > 0)
            {
                nearest.Add((found[0].Similarity, found[0].Entry.Answer == stream[i].Class));
            }

            await index.AddAsync(new SemanticEntry
            {
                Id = $"{i}",
                Partition = "p",
                Encoder = LexicalEmbeddingGenerator.ModelId,
                Vector = vector,
                Question = stream[i].Text,
                Answer = stream[i].Class,
            }).ConfigureAwait(false);
            output.Progress("fixed floor", i + 1, stream.Length);
        }

        nearest.Sort((x, y) => y.Similarity.CompareTo(x.Similarity));
        int wrong = 0;
        var best = default(BaselineResult);
        for (int i = 0; i < nearest.Count; i++)
        {
            wrong += nearest[i].IsRight ? 0 : 1;
            if (wrong <= delta * (i + 1) && (i + 1 == nearest.Count || nearest[i + 1].Similarity < nearest[i].Similarity))
            {
                best = new BaselineResult((i + 1.0) / stream.Length, wrong / (i + 1.0));
            }
        }

        return best;
    }
}
