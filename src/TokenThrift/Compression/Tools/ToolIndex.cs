using System.Runtime.InteropServices;
using Microsoft.Extensions.AI;
using TokenThrift.Text;

namespace TokenThrift.Compression.Tools;

/// <summary>Ranks tools by what they have to do with a query.</summary>
/// <remarks>
/// BM25F (H. Zaragoza et al., "Microsoft Cambridge at TREC-13", 2004): the counts of a term are summed over the fields of
/// a tool, each with its own weight and length, before they are saturated. The rarity of a word is that among the tools:
/// the rare words of a request are mostly values (a name, a city), which no definition holds, so how rare a word is in
/// general says little. Immutable; safe for concurrent use.
/// </remarks>
internal sealed class ToolIndex
{
    private const double K1 = 1.2;
    private readonly Dictionary<string, List<(int Tool, double Count)>> _postings = new(StringComparer.Ordinal);
    private readonly int _count;

    public ToolIndex(IReadOnlyList<AITool> tools)
    {
        ToolField[][] fields = [.. tools.Select(ToolField.Of)];
        _count = fields.Length;
        double[] means = [.. Enumerable.Range(0, ToolField.Count).Select(f => Math.Max(1, fields.Length == 0 ? 1 : fields.Average(tool => tool[f].Terms.Count)))];
        for (int i = 0; i < fields.Length; i++)
        {
            var counts = new Dictionary<string, double>(StringComparer.Ordinal);
            for (int f = 0; f < ToolField.Count; f++)
            {
                ToolField field = fields[i][f];
                double weight = field.Weight / (1 - field.LengthShare + (field.LengthShare * field.Terms.Count / means[f]));
                foreach (string term in field.Terms)
                {
                    counts[term] = counts.GetValueOrDefault(term) + weight;
                }
            }

            foreach ((string term, double count) in counts)
            {
                (CollectionsMarshal.GetValueRefOrAddDefault(_postings, term, out _) ??= []).Add((i, count));
            }
        }
    }

    /// <summary>Returns the tools, the nearest first; of equal ones the earlier first.</summary>
    /// <param name="query">What is asked.</param>
    /// <param name="isMatch">Whether only tools are returned that share a word with the query.</param>
    public IEnumerable<int> Rank(string query, bool isMatch = false)
    {
        double[] scores = new double[_count];
        foreach (string term in TextTerms.Of(query).Distinct(StringComparer.Ordinal))
        {
            if (_postings.TryGetValue(term, out List<(int Tool, double Count)>? holders))
            {
                double weight = Math.Log(1 + ((_count - holders.Count + 0.5) / (holders.Count + 0.5)));
                foreach ((int tool, double count) in holders)
                {
                    scores[tool] += weight * count * (K1 + 1) / (count + K1);
                }
            }
        }

        return Enumerable.Range(0, _count).Where(i => !isMatch || scores[i] > 0).OrderByDescending(i => scores[i]).ThenBy(i => i);
    }
}
