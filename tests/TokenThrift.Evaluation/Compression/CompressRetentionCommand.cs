using System.Globalization;
using System.Text.Json.Nodes;
using TokenThrift.Compression;
using TokenThrift.Text;

namespace TokenThrift.Evaluation.Compression;

/// <summary>How much of what answers a question is left when only a share of the text is kept.</summary>
internal sealed class CompressRetentionCommand : EvaluationCommand
{
    private const int Documents = 20;
    private static readonly double[] Shares = [0.5, 0.3, 0.2, 0.1];

    public override string Name => "compress-retention";

    public override string Help => "evidence left after query-aware extraction (qmsum, nq-oracle or xquad rows)";

    public override Task<IReadOnlyDictionary<string, object?>> RunAsync(EvaluationArguments arguments, EvaluationOutput output)
    {
        IReadOnlyList<JsonObject> rows = arguments.Rows();
        _ = arguments.Seed;
        arguments.RefuseUnknown();
        JsonObject first = rows[0];
        (string name, Dictionary<string, object?> fields) =
            first.ContainsKey("segments") ? ("qmsum", Meetings(rows, output))
            : first.ContainsKey("title") && first.ContainsKey("text") ? ("nq", Questions(rows, output))
            : first.ContainsKey("context") ? ("xquad", Sentences(rows, output))
            : throw new EvaluationException("--data: rows are neither qmsum (segments), nq-oracle (title, text) nor xquad (context).");
        return Task.FromResult<IReadOnlyDictionary<string, object?>>(new Dictionary<string, object?> { ["rows"] = rows.Count, [name] = fields });
    }

    private static Dictionary<string, object?> Meetings(IReadOnlyList<JsonObject> rows, EvaluationOutput output)
    {
        double[] kept = new double[Shares.Length];
        int queries = 0;
        int done = 0;
        foreach (JsonObject row in rows)
        {
            string[] segments = [.. row["segments"]!.AsArray().Select(TextOf)];
            int[] words = [.. segments.Select(s => s.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length)];
            foreach (JsonNode? query in row["queries"]!.AsArray())
            {
                var gold = new HashSet<int>();
                foreach (JsonNode? span in query!["gold"]!.AsArray())
                {
                    int from = (int)span![0]!;
                    gold.UnionWith(Enumerable.Range(from, (int)span[1]! - from + 1).Where(i => i >= 0 && i < segments.Length));
                }

                double total = gold.Sum(i => words[i]);
                if (total == 0)
                {
                    continue;
                }

                queries++;
                for (int s = 0; s < Shares.Length; s++)
                {
                    kept[s] += PassageExtractor.Select((string)query["query"]!, segments, Shares[s]).Where(gold.Contains).Sum(i => words[i]) / total;
                }
            }

            output.Progress("meetings", ++done, rows.Count);
        }

        output.Table(["share kept", "gold words kept"], Shares.Select((s, i) => new[] { F(s), F(kept[i] / queries) }));
        return new Dictionary<string, object?>
        {
            ["queries"] = queries,
            ["kept"] = Shares.Select((s, i) => (s, i)).ToDictionary(p => p.s.ToString(CultureInfo.InvariantCulture), p => (object?)(kept[p.i] / queries)),
        };
    }

    private static Dictionary<string, object?> Questions(IReadOnlyList<JsonObject> rows, EvaluationOutput output)
    {
        string[] texts = [.. rows.Select(row => $"{row["title"]}\n{row["text"]}")];
        List<string>[] terms = [.. texts.Select(text => TextTerms.Of(text))];
        var miner = new Bm25(terms);
        int at1 = 0;
        int at2 = 0;
        int at5 = 0;
        int file = 0;
        int split = 0;
        for (int i = 0; i < rows.Count; i++)
        {
            string question = (string)rows[i]["question"]!;
            double[] mined = miner.Score(TextTerms.Of(question));
            int[] set = [i, .. Enumerable.Range(0, texts.Length).Where(j => j != i && texts[j] != texts[i]).OrderByDescending(j => mined[j]).ThenBy(j => j).Take(Documents - 1)];
            // The gold stands at a place that its score does not give away.
            Array.Sort(set);
            int gold = Array.IndexOf(set, i);
            string[] passages = [.. set.Select(j => texts[j])];
            int rank = RankOf(PassageRanker.Score(question, passages), gold);
            at1 += rank < 1 ? 1 : 0;
            at2 += rank < 2 ? 1 : 0;
            at5 += rank < 5 ? 1 : 0;
            file += RankOf([.. set.Select(j => mined[j])], gold) < 1 ? 1 : 0;
            var plain = new Bm25(passages.Select(p => (IReadOnlyList<string>)p.Replace('\n', ' ').Split(' ')), 1.5);
            split += RankOf(plain.Score(question.Split(' ')), gold) < 1 ? 1 : 0;
            output.Progress("questions", i + 1, rows.Count);
        }

        double n = rows.Count;
        var fields = new Dictionary<string, object?>
        {
            ["recallAt1"] = at1 / n,
            ["recallAt2"] = at2 / n,
            ["recallAt5"] = at5 / n,
            ["perFileIdfRecallAt1"] = file / n,
            ["splitBm25RecallAt1"] = split / n,
        };
        output.Table(["field", "share"], fields.Select(f => new[] { f.Key, F((double)f.Value!) }));
        return fields;
    }

    private static Dictionary<string, object?> Sentences(IReadOnlyList<JsonObject> rows, EvaluationOutput output)
    {
        // All paragraphs of the file are one text of sentences; the answer's sentence is to be found in it.
        string[] paragraphs = [.. rows.Select(row => (string)row["context"]!).Distinct(StringComparer.Ordinal)];
        const int ParagraphsAtOnce = 41;
        int[] rates = [10, 20, 50];
        int[] kept = new int[rates.Length];
        int asked = 0;
        for (int r = 0; r < rows.Count; r++)
        {
            string context = (string)rows[r]["context"]!;
            string? answer = rows[r]["answers"] is JsonArray { Count: > 0 } list ? TextOf(list[0]) : (string?)rows[r]["answer"];
            int at = Array.IndexOf(paragraphs, context);
            if (answer is null || !context.Contains(answer, StringComparison.Ordinal))
            {
                continue;
            }

            asked++;
            int from = Math.Clamp(at - (ParagraphsAtOnce / 2), 0, Math.Max(0, paragraphs.Length - ParagraphsAtOnce));
            string[] sentences = [.. paragraphs.Skip(from).Take(ParagraphsAtOnce).SelectMany(p => p.Split(". "))];
            for (int k = 0; k < rates.Length; k++)
            {
                IReadOnlyList<int> chosen = PassageExtractor.Select((string)rows[r]["question"]!, sentences, 1.0 / rates[k]);
                kept[k] += chosen.Any(i => sentences[i].Contains(answer, StringComparison.Ordinal)) ? 1 : 0;
            }

            output.Progress("questions", r + 1, rows.Count);
        }

        output.Table(["rate", "answer sentence kept"], rates.Select((x, i) => new[] { $"{x}x", F((double)kept[i] / asked) }));
        return rates.Select((x, i) => (x, i)).ToDictionary(p => $"{p.x}x", p => (object?)((double)kept[p.i] / asked));
    }

    private static int RankOf(IReadOnlyList<double> scores, int gold) => scores.Where((score, j) => score > scores[gold] || (score == scores[gold] && j < gold)).Count();

    private static string TextOf(JsonNode? node) => node switch
    {
        JsonValue value => value.ToString(),
        JsonObject turn => string.Join(": ", turn.Where(p => p.Key is "speaker" or "text" or "content").Select(p => p.Value?.ToString())),
        _ => string.Empty,
    };

    private static string F(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);
}
