using System.Globalization;
using TokenThrift.Text;

namespace TokenThrift.Evaluation.Text;

/// <summary>Counts in how many texts of WordNet and of the fortunes each word is found; makes the product's background table.</summary>
internal sealed class MakeBackgroundCommand : EvaluationCommand
{
    /// <inheritdoc/>
    public override string Name => "make-background";

    /// <inheritdoc/>
    public override string Help => "makes the table of word frequencies: --wordnet DIR --fortunes DIR --out FILE";

    /// <inheritdoc/>
    public override Task<IReadOnlyDictionary<string, object?>> RunAsync(EvaluationArguments arguments, EvaluationOutput output)
    {
        string wordnet = arguments.Text("wordnet");
        string fortunes = arguments.Text("fortunes");
        string target = arguments.Text("out");
        arguments.RefuseUnknown();
        int texts = 0;
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (string text in Synsets(wordnet).Concat(Sayings(fortunes)))
        {
            texts++;
            foreach (string term in TextTerms.Of(text, keepStopWords: true).Distinct(StringComparer.Ordinal))
            {
                counts[term] = counts.GetValueOrDefault(term) + 1;
            }
        }

        BackgroundFrequencies table = BackgroundFrequencies.FromCounts(texts, counts);
        using (FileStream file = File.Create(target))
        {
            table.Save(file);
        }

        output.Line($"{texts} texts, {table.Count} words");
        return Task.FromResult<IReadOnlyDictionary<string, object?>>(new Dictionary<string, object?> { ["texts"] = texts, ["words"] = table.Count });
    }

    // The words of a synset and what stands behind the bar: its definition and examples (wndb(5WN), "Data File Format").
    private static IEnumerable<string> Synsets(string folder)
    {
        foreach (string kind in (string[])["noun", "verb", "adj", "adv"])
        {
            string path = Path.Combine(folder, "data." + kind);
            if (!File.Exists(path))
            {
                throw new EvaluationException($"--wordnet: there is no file '{path}'.");
            }

            foreach (string line in File.ReadLines(path).Where(line => !line.StartsWith(' ')))
            {
                string[] fields = line[..line.IndexOf('|', StringComparison.Ordinal)].Split(' ');
                int words = int.Parse(fields[3], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                string names = string.Join(' ', Enumerable.Range(0, words).Select(i => fields[4 + (2 * i)].Replace('_', ' ')));
                yield return names + ' ' + line[(line.IndexOf('|', StringComparison.Ordinal) + 1)..];
            }
        }
    }

    private static IEnumerable<string> Sayings(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new EvaluationException($"--fortunes: there is no folder '{folder}'.");
        }

        return Directory.GetFiles(folder).Where(file => Path.GetExtension(file).Length == 0).Order(StringComparer.Ordinal)
            .SelectMany(file => File.ReadAllText(file).Split("\n%\n"));
    }
}
