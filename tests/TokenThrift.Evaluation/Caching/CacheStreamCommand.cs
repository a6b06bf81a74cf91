using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;
using TokenThrift.Caching;
using TokenThrift.Evaluation.Streams;
using TokenThrift.Receipts;
using TokenThrift.Requests;

namespace TokenThrift.Evaluation.Caching;

/// <summary>Plays a stream of questions through the cache, empty at the start, and counts right and wrong hits.</summary>
internal sealed class CacheStreamCommand : EvaluationCommand
{
    /// <inheritdoc/>
    public override string Name => "cache-stream";

    /// <inheritdoc/>
    public override string Help => "plays `{text, class}` rows, shuffled by --seed, through the cache: --delta D [--limit N] [--answers opaque|text] [--judge E] [--verifier E] (simulated, erring with probability E) [--restart-every N] [--processes P] [--apart] (P processes on one shared store, or apart each with nothing but its own memory, in turns, all replaced after every N requests) [--no-baselines]";

    /// <inheritdoc/>
    public override async Task<IReadOnlyDictionary<string, object?>> RunAsync(EvaluationArguments arguments, EvaluationOutput output)
    {
        IReadOnlyList<JsonObject> rows = arguments.Rows();
        double delta = arguments.Number("delta", 0.01);
        int limit = arguments.Int("limit", int.MaxValue);
        string answers = arguments.Text("answers", "opaque");
        bool baselines = !arguments.Flag("no-baselines");
        int restartEvery = arguments.Int("restart-every", int.MaxValue);
        int processes = arguments.Int("processes", 1);
        bool apart = arguments.Flag("apart");
        double judge = arguments.Number("judge", -1);
        double verifier = arguments.Number("verifier", -1);
        int seed = arguments.Seed;
        arguments.RefuseUnknown();
        if (!(delta is > 0 and <= 0.5))
        {
            throw new EvaluationException("--delta must be above 0 and at most 0.5.");
        }

        if (judge > 1 || verifier > 1)
        {
            throw new EvaluationException("--judge and --verifier must be from 0 to 1; leave them out for none.");
        }

        if (restartEvery < 1 || processes < 1)
        {
            throw new EvaluationException("--restart-every and --processes must be at least 1.");
        }

        bool isShared = !apart && (restartEvery < rows.Count || processes > 1);
        (string Text, string Class)[] stream = [.. rows.Select(row => (Field(row, "text"), Field(row, "class")))];
        new Random(seed).Shuffle(stream);
        stream = [.. stream.Take(limit)];
        IStreamAnswers leafAnswers = answers switch
        {
            "opaque" => new OpaqueAnswers(),
            "text" => new TextAnswers(seed),
            _ => throw new EvaluationException($"--answers must be opaque or text, but is '{answers}'."),
        };

        using var leaf = new StreamLeaf(leafAnswers);
        using SimulatedHelper? asJudge = judge < 0 ? null : new SimulatedHelper(leaf, leafAnswers, judge, seed, "SAME", "DIFFERENT");
        using SimulatedHelper? asVerifier = verifier < 0 ? null : new SimulatedHelper(leaf, leafAnswers, verifier, seed, "YES", "NO");
        var options = new SemanticCachingOptions
        {
            MaxErrorRate = delta,
            Sharing = CacheSharing.Everyone,
            MaxWritesPerTenantPerHour = int.MaxValue,
            AuditRandom = new Random(seed),
            Comparer = asJudge is null ? null : new ChatClientAnswerComparer(asJudge),
            Verifier = asVerifier,
            Secret = isShared ? "evaluation" : null,
        };
        StreamCount count = await PlayAsync(stream, leaf, leafAnswers, options, isShared ? new SharedStore() : null, restartEvery, processes, output).ConfigureAwait(false);
        (double repeats, double exact) = Repeats(stream);
        double n = stream.Length;
        double hitRate = count.Hits / n;
        double errorRate = Share(count.Wrong, count.Hits);
        BaselineResult hindsight = baselines ? await StaticBaseline.PlayAsync(stream, delta, output).ConfigureAwait(false) : new BaselineResult(0, 0);
        BaselineResult vcache = baselines ? await VCacheBaseline.PlayAsync(stream, delta, output).ConfigureAwait(false) : new BaselineResult(0, 0);
        output.Table(
            ["cache", "hit rate", "wrong among hits"],
            [
                ["TokenThrift", $"{hitRate:P2}", $"{errorRate:P2}"],
                ["exact text only", $"{exact:P2}", "-"],
                .. baselines
                    ? (IReadOnlyList<string>[])[["best fixed floor, with hindsight", $"{hindsight.HitRate:P2}", $"{hindsight.ErrorRate:P2}"], ["vCache's policy, per hit", $"{vcache.HitRate:P2}", $"{vcache.ErrorRate:P2}"]]
                    : [],
            ]);
        output.Line($"{stream.Length} requests, {count.Audits} audits, {count.Folded} hits on text equal after folding; {repeats:P1} had been answered before");
        return new Dictionary<string, object?>
        {
            ["requests"] = stream.Length,
            ["delta"] = delta,
            ["hits"] = count.Hits,
            ["hitRate"] = hitRate,
            ["errorRate"] = errorRate,
            ["perRequestErrorRate"] = count.Wrong / n,
            ["audits"] = count.Audits,
            ["simulatedJudgeCalls"] = asJudge?.Calls,
            ["simulatedVerifierCalls"] = asVerifier?.Calls,
            ["repeatUpperBound"] = repeats,
            ["exactHitRate"] = exact,
            ["staticHindsight"] = baselines ? hindsight.Fields : null,
            ["vcache"] = baselines ? vcache.Fields : null,
        };
    }

    private static async Task<StreamCount> PlayAsync((string Text, string Class)[] stream, StreamLeaf leaf, IStreamAnswers answers, SemanticCachingOptions options, SharedStore? shared, int restartEvery, int processes, EvaluationOutput output)
    {
        SemanticCachingChatClient[] clients = [];
        var clock = new StreamClock();
        var count = new StreamCount();
        for (int i = 0; i < stream.Length; i++)
        {
            if (i % restartEvery == 0)
            {
                // All that a process holds is gone with it: the first level, the index, what was learnt.
                clients = [.. Enumerable.Range(0, processes).Select(_ => Start(leaf, options, shared, clock))];
            }

            clock.Tick();
            SemanticCachingChatClient client = clients[i % processes];

            (string text, string row) = stream[i];
            leaf.Class = row;
            int before = leaf.Calls;
            IEnumerable<ChatMessage> messages = [new ChatMessage(ChatRole.User, text)];
            ChatOptions? settings = null;
            RequestContext context = RequestContext.GetOrCreate(ref messages, ref settings);
            ChatResponse response = await client.GetResponseAsync(messages, settings).ConfigureAwait(false);
            count.Add(ReceiptRecorder.Of(context).Cache?.Reason, leaf.Calls == before, answers.IsAnswerTo(row, response.Text));
            output.Progress("requests", i + 1, stream.Length);
        }

        return count;
    }

    // What a process holds is managed memory alone; it goes with the last reference.
    private static SemanticCachingChatClient Start(StreamLeaf leaf, SemanticCachingOptions options, SharedStore? shared, StreamClock clock)
    {
        IServiceCollection services = new ServiceCollection().AddHybridCache().Services;
        if (shared is not null)
        {
            services.AddSingleton<IDistributedCache>(shared);
        }

        return new SemanticCachingChatClient(leaf, services.BuildServiceProvider().GetRequiredService<HybridCache>(), options, timeProvider: clock);
    }

    // How many had their class, and how many their very text, earlier in the stream.
    private static (double Repeats, double Exact) Repeats((string Text, string Class)[] stream)
    {
        var classes = new HashSet<string>(StringComparer.Ordinal);
        var texts = new HashSet<string>(StringComparer.Ordinal);
        double repeats = stream.Count(row => !classes.Add(row.Class));
        double exact = stream.Count(row => !texts.Add(row.Text));
        return (repeats / stream.Length, exact / stream.Length);
    }

    private static double Share(int part, int whole) => whole == 0 ? 0 : (double)part / whole;

    private static string Field(JsonObject row, string name) => (string?)row[name] ?? throw new EvaluationException($"a row has no '{name}'.");
}
