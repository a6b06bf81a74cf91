using System.Diagnostics;
using System.Numerics.Tensors;
using TokenThrift.Caching;

namespace TokenThrift.Evaluation.Caching;

/// <summary>How fast and how exactly the in-process index finds the nearest entry.</summary>
internal sealed class LookupCommand : EvaluationCommand
{
    private const int Dimensions = 512;
    private const int Neighbours = 16;
    private const int EntriesPerCluster = 100;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public override string Name => "lookup";

    /// <inheritdoc/>
    public override string Help => "made-up clustered unit vectors: [--sizes 1000,10000,100000,1000000] [--queries 200]";

    /// <inheritdoc/>
    public override async Task<IReadOnlyDictionary<string, object?>> RunAsync(EvaluationArguments arguments, EvaluationOutput output)
    {
        int[] sizes = [.. arguments.Text("sizes", "1000,10000,100000,1000000").Split(',').Select(size => int.TryParse(size, out int n) && n > 0 ? n : throw new EvaluationException($"--sizes: '{size}' is not a number above 0."))];
        int queries = arguments.Int("queries", 200);
        int seed = arguments.Seed;
        arguments.RefuseUnknown();
        var rows = new List<Dictionary<string, object?>>();
        foreach (int size in sizes)
        {
            rows.Add(await MeasureAsync(size, queries, new Random(seed), output).ConfigureAwait(false));
        }

        output.Table(
            ["entries", "p50 µs", "raw pass µs", "recall@1", "bytes an entry"],
            rows.Select(row => (IReadOnlyList<string>)[$"{row["entries"]}", $"{row["p50Micros"]:F1}", $"{row["rawPassMicros"]:F1}", $"{row["recallAt1"]:F3}", $"{row["bytesPerEntry"]}"]));
        return new Dictionary<string, object?> { ["rows"] = rows };
    }

    private static async Task<Dictionary<string, object?>> MeasureAsync(int size, int queries, Random random, EvaluationOutput output)
    {
        var index = new InMemorySemanticIndex(size, long.MaxValue);
        float[][] centres = [.. Enumerable.Range(0, Math.Max(1, size / EntriesPerCluster)).Select(_ => Unit(random))];
        float[][] asked = new float[queries][];
        float[] nearest = new float[queries];
        Array.Fill(nearest, float.NegativeInfinity);
        string[] truth = new string[queries];

        // Queries are drawn first, from entries known by their number, so that the true nearest is found while the entries are made.
        Dictionary<int, int> sources = Enumerable.Range(0, queries).Select(q => (q, Entry: (int)((long)q * size / queries))).GroupBy(p => p.Entry).ToDictionary(g => g.Key, g => g.First().q);
        int made = random.Next();
        var entries = new Random(made);
        for (int i = 0; i < size; i++)
        {
            float[] entry = Near(centres[i % centres.Length], 0.75, entries);
            if (sources.TryGetValue(i, out int q))
            {
                asked[q] = Near(entry, 0.80 + (0.15 * random.NextDouble()), random);
            }
        }

        asked = [.. asked.Where(query => query is not null)];
        entries = new Random(made);
        for (int i = 0; i < size; i++)
        {
            float[] entry = Near(centres[i % centres.Length], 0.75, entries);
            string id = $"{i}";
            await index.AddAsync(new SemanticEntry { Id = id, Partition = "one", Encoder = "made-up", Vector = entry, Question = string.Empty }).ConfigureAwait(false);
            for (int q = 0; q < asked.Length; q++)
            {
                float similarity = TensorPrimitives.Dot<float>(entry, asked[q]);
                if (similarity > nearest[q])
                {
                    (nearest[q], truth[q]) = (similarity, id);
                }
            }

            output.Progress($"{size} entries", i + 1, size);
        }

        int right = 0;
        var times = new List<double>();
        var raw = new List<double>();
        double sum = 0;
        long started = Stopwatch.GetTimestamp();
        for (bool isWarm = false, isLast = false; !isLast; isWarm = Stopwatch.GetElapsedTime(started) >= WarmUp)
        {
            // The first rounds are for the compiler, which needs some time and some hundred calls to be done with the code.
            isLast = isWarm;
            (right, sum) = (0, 0);
            times.Clear();
            raw.Clear();
            foreach ((float[] vector, string best) in asked.Zip(truth))
            {
                var query = new SemanticQuery("one", "made-up", vector);
                long start = Stopwatch.GetTimestamp();
                sum += index.MeasureRawPass(query);
                raw.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
                start = Stopwatch.GetTimestamp();
                IReadOnlyList<SemanticMatch> found = await index.SearchAsync(query, Neighbours).ConfigureAwait(false);
                times.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
                right += found.Count > 0 && found[0].Entry.Id == best ? 1 : 0;
            }
        }

        GC.KeepAlive(sum);
        return new Dictionary<string, object?>
        {
            ["entries"] = size,
            ["p50Micros"] = Median(times),
            ["rawPassMicros"] = Median(raw),
            ["recallAt1"] = (double)right / asked.Length,
            ["bytesPerEntry"] = InMemorySemanticIndex.FirstPassBytes(Dimensions),
        };
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static float[] Unit(Random random)
    {
        float[] vector = new float[Dimensions];
        for (int i = 0; i < vector.Length; i += 2)
        {
            // Box and Muller's pairs of normal numbers.
            double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            (double sine, double cosine) = Math.SinCos(2 * Math.PI * random.NextDouble());
            (vector[i], vector[i + 1]) = ((float)(radius * sine), (float)(radius * cosine));
        }

        TensorPrimitives.Divide(vector, TensorPrimitives.Norm<float>(vector), vector);
        return vector;
    }

    // A unit vector at a given similarity to another.
    private static float[] Near(float[] centre, double similarity, Random random)
    {
        float[] noise = Unit(random);
        float along = TensorPrimitives.Dot<float>(noise, centre);
        float[] result = new float[Dimensions];
        double across = Math.Sqrt((1 - (similarity * similarity)) / (1 - (along * along)));
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = (float)((similarity * centre[i]) + (across * (noise[i] - (along * centre[i]))));
        }

        return result;
    }
}
