using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Microsoft.ML.Tokenizers;
using TokenThrift.Models;
using TokenThrift.Tokens;

namespace TokenThrift.Evaluation.Tokens;

/// <summary>Speed and agreement of the product's counter beside the raw tokenizer, on every text of a data file.</summary>
internal sealed class TokensCommand : EvaluationCommand
{
    private const int MostCharacters = 20_000_000;
    private const int GroupCharacters = 16_384;

    public override string Name => "tokens";

    public override string Help => "counting speed and agreement on any data file, beside the raw tokenizer  [--model ID, default gpt-5.5] [--rounds N]";

    public override Task<IReadOnlyDictionary<string, object?>> RunAsync(EvaluationArguments arguments, EvaluationOutput output)
    {
        IReadOnlyList<JsonObject> rows = arguments.Rows();
        string id = arguments.Text("model", "gpt-5.5");
        int rounds = arguments.Int("rounds", 15);
        arguments.RefuseUnknown();
        ModelInfo model = ModelCatalog.Default.Find(id) ?? throw new EvaluationException($"--model: '{id}' is not in the catalogue.");
        if (rounds < 1)
        {
            throw new EvaluationException("--rounds must be at least 1.");
        }

        string[] texts = Texts(rows);
        long bytes = texts.Sum(t => (long)Encoding.UTF8.GetByteCount(t));
        var raw = TiktokenTokenizer.CreateForEncoding("o200k_base");
        ITokenCounter plain = new TokenCounters().For(model);
        int[] rawCounts = [.. texts.Select(t => raw.CountTokens(t))];
        int mismatches = texts.Where((t, i) => plain.CountText(t) != rawCounts[i]).Count();

        // Everything once before the clock runs, so that all of it is compiled.
        ITokenCounter warm = new TokenCounters().For(model);
        GC.KeepAlive(texts.Sum(t => (long)warm.CountMessage(new ChatMessage(ChatRole.User, t))));

        // In turns, a few texts at a time, so that whatever else the machine does falls on all alike; the sum of each
        // group's median over the rounds, after one round that is not counted.
        string[][] groups = [.. Groups(texts)];
        var raws = new double[groups.Length][];
        var plains = new double[groups.Length][];
        var firsts = new double[groups.Length][];
        var agains = new double[groups.Length][];
        for (int g = 0; g < groups.Length; g++)
        {
            (raws[g], plains[g], firsts[g], agains[g]) = (new double[rounds], new double[rounds], new double[rounds], new double[rounds]);
            string[] group = groups[g];
            ChatMessage[] messages = [.. group.Select(t => new ChatMessage(ChatRole.User, t))];
            for (int round = -1; round < rounds; round++)
            {
                ITokenCounter fresh = new TokenCounters().For(model);
                double rawTime = Time(() => group.Sum(t => (long)raw.CountTokens(t)));
                double plainTime = Time(() => group.Sum(t => (long)plain.CountText(t)));
                double firstTime = Time(() => messages.Sum(m => (long)fresh.CountMessage(m)));
                double againTime = Time(() => messages.Sum(m => (long)fresh.CountMessage(m)));
                if (round >= 0)
                {
                    (raws[g][round], plains[g][round], firsts[g][round], agains[g][round]) = (rawTime, plainTime, firstTime, againTime);
                }
            }

            output.Progress("tokens", g + 1, groups.Length);
        }

        double Speed(double[][] seconds) => Math.Round(bytes / 1e6 / seconds.Sum(Median), 3);
        double rawSpeed = Speed(raws), speed = Speed(plains), first = Speed(firsts), again = Speed(agains);
        output.Line($"{texts.Length} texts, {bytes / 1e6:F2} MB, {rawCounts.Sum(c => (long)c)} o200k tokens, counter {plain.Name}");
        string Text(double value) => value.ToString("F2", CultureInfo.InvariantCulture);
        output.Table(
            ["what", "MB/s", "time / raw time"],
            [
                ["raw o200k tokenizer", Text(rawSpeed), "1.00"],
                ["CountText", Text(speed), Text(rawSpeed / speed)],
                ["CountMessage, first time", Text(first), Text(rawSpeed / first)],
                ["CountMessage, seen before", Text(again), Text(rawSpeed / again)],
            ]);
        output.Line($"mismatches against the raw tokenizer: {mismatches}");
        return Task.FromResult<IReadOnlyDictionary<string, object?>>(new Dictionary<string, object?>
        {
            ["megabytesPerSecond"] = first,
            ["rawMegabytesPerSecond"] = rawSpeed,
            ["mismatches"] = mismatches,
            ["textMegabytesPerSecond"] = speed,
            ["seenMegabytesPerSecond"] = again,
            ["texts"] = texts.Length,
            ["bytes"] = bytes,
        });
    }

    /// <summary>Takes every string value of every row, whatever the format.</summary>
    private static string[] Texts(IEnumerable<JsonObject> rows)
    {
        var texts = new List<string>();
        long characters = 0;
        foreach (JsonObject row in rows)
        {
            characters += Collect(row, texts);
            if (characters > MostCharacters)
            {
                break;
            }
        }

        return texts.Count > 0 ? [.. texts] : throw new EvaluationException("--data: no row holds any text.");
    }

    private static long Collect(JsonNode? node, List<string> texts)
    {
        switch (node)
        {
            case JsonObject item:
                return item.Sum(p => Collect(p.Value, texts));
            case JsonArray array:
                return array.Sum(n => Collect(n, texts));
            case JsonValue value when value.TryGetValue(out string? text) && text.Length > 0:
                texts.Add(text);
                return text.Length;
            default:
                return 0;
        }
    }

    private static double Time(Func<long> work)
    {
        long start = Stopwatch.GetTimestamp();
        GC.KeepAlive(work());
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static IEnumerable<string[]> Groups(string[] texts)
    {
        int from = 0, characters = 0;
        for (int i = 0; i < texts.Length; i++)
        {
            characters += texts[i].Length;
            if (characters >= GroupCharacters || i == texts.Length - 1)
            {
                yield return texts[from..(i + 1)];
                (from, characters) = (i + 1, 0);
            }
        }
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        int middle = values.Length / 2;
        return values.Length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
