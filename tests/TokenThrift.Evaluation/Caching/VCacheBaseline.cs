using TokenThrift.Caching;
using TokenThrift.Text;

namespace TokenThrift.Evaluation.Caching;

/// <summary>vCache's policy (L. Schroeder et al., arXiv 2502.03771), in the form that bounds each hit: serve where the lower bound of being right is 1 − δ.</summary>
/// <remarks>
/// Written from the published mathematics: an entry's probability of being right is a logistic function of similarity, fitted to its own
/// observations and the seeds (0, 0) and (1, 1); its threshold's variance by the delta method, or, where the observations are
/// separated, by simulation. A request that is answered afresh is an observation of its nearest entry, and a new entry where that was wrong.
/// </remarks>
internal static class VCacheBaseline
{
    private const int FewestObservations = 6;

    /// <summary>Plays the stream.</summary>
    public static async Task<BaselineResult> PlayAsync((string Text, string Class)[] stream, double delta, EvaluationOutput output)
    {
        var index = new InMemorySemanticIndex(Math.Max(1, stream.Length), long.MaxValue);
        var entries = new Dictionary<string, VCacheEntry>(StringComparer.Ordinal);
        int hits = 0;
        int wrong = 0;
        for (int i = 0; i < stream.Length; i++)
        {
            (string text, string row) = stream[i];
            float[] vector = LexicalEmbeddingGenerator.Embed(text);
            IReadOnlyList<SemanticMatch> found = await index.SearchAsync(new SemanticQuery("p", LexicalEmbeddingGenerator.ModelId, vector), 1).ConfigureAwait(false);
            bool isRight = false;
            if (found.Count > 0)
            {
                double similarity = Math.Round(Math.Clamp(found[0].Similarity, 0, 1), 3);
                VCacheEntry entry = entries[found[0].Entry.Id];
                isRight = found[0].Entry.Answer == row;
                if (entry.Count >= FewestObservations && entry.LowerBound(similarity) >= 1 - delta)
                {
                    hits++;
                    wrong += isRight ? 0 : 1;
                    continue;
                }

                entry.Add(similarity, isRight);
            }

            if (!isRight)
            {
                string id = $"{i}";
                entries[id] = new VCacheEntry();
                await index.AddAsync(new SemanticEntry
                {
                    Id = id,
                    Partition = "p",
                    Encoder = LexicalEmbeddingGenerator.ModelId,
                    Vector = vector,
                    Question = text,
                    Answer = row,
                }).ConfigureAwait(false);
            }

            output.Progress("vCache", i + 1, stream.Length);
        }

        return new BaselineResult((double)hits / stream.Length, hits == 0 ? 0 : (double)wrong / hits);
    }
}
