using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;
using TokenThrift.Caching;
using TokenThrift.Requests;

namespace TokenThrift.Evaluation.Caching;

/// <summary>What the cache serves of labelled pairs with its defaults, once 200 pairs of the same file have warmed it up.</summary>
internal sealed class CachePairsServedCommand : EvaluationCommand
{
    private const int WarmUp = 200;

    /// <inheritdoc/>
    public override string Name => "cache-pairs-served";

    /// <inheritdoc/>
    public override string Help => "rows `{a, b, same}`, shuffled by --seed: asks `a`, then `b`, at shipped defaults after 200 pairs of warm-up: [--limit N]";

    /// <inheritdoc/>
    public override async Task<IReadOnlyDictionary<string, object?>> RunAsync(EvaluationArguments arguments, EvaluationOutput output)
    {
        IReadOnlyList<JsonObject> rows = arguments.Rows();
        int limit = arguments.Int("limit", int.MaxValue);
        int seed = arguments.Seed;
        arguments.RefuseUnknown();
        (string A, string B, bool Same)[] pairs = [.. rows.Select(row => (Text(row, "a"), Text(row, "b"), (bool?)row["same"] ?? true))];
        var classes = new QuestionClasses(pairs);
        new Random(seed).Shuffle(pairs);
        pairs = pairs[..(int)Math.Min(pairs.Length, (long)limit + WarmUp)];
        if (pairs.Length <= WarmUp)
        {
            throw new EvaluationException($"--data: more than {WarmUp} pairs are needed, for that many warm the cache up.");
        }

        await using ServiceProvider services = new ServiceCollection().AddHybridCache().Services.BuildServiceProvider();
        var answers = new OpaqueAnswers();
        using var leaf = new StreamLeaf(answers);

        // The seed makes the audits repeat themselves; all else is as shipped.
        using var client = new SemanticCachingChatClient(leaf, services.GetRequiredService<HybridCache>(), new SemanticCachingOptions { AuditRandom = new Random(seed) });
        var count = new ServedCount();
        for (int i = 0; i < pairs.Length; i++)
        {
            (string a, string b, bool same) = pairs[i];
            await AskAsync(a).ConfigureAwait(false);
            (bool isHit, string answer) = await AskAsync(b).ConfigureAwait(false);
            if (i >= WarmUp)
            {
                count.Add(same, classes.Of(a) == classes.Of(b), isHit, answers.IsAnswerTo(classes.Of(b), answer));
            }

            output.Progress("pairs", i + 1, pairs.Length);
        }

        output.Table(
            ["pairs", "served", "of", "share"],
            [
                ["same", $"{count.TrueHits}", $"{count.Same}", $"{count.TrueHitRate:P2}"],
                ["not the same", $"{count.FalseHits}", $"{count.Different}", $"{count.FalseHitRate:P2}"],
            ]);
        output.Line($"{count.Hits} of {count.Pairs} second questions were answered from the cache, {count.Wrong} of them wrongly; {count.Contradictory} pairs labelled as not the same are so by way of other pairs, and are left out");
        return new Dictionary<string, object?>
        {
            ["pairs"] = count.Pairs,
            ["trueHitRate"] = count.TrueHitRate,
            ["falseHitRate"] = count.FalseHitRate,
            ["hits"] = count.Hits,
            ["wrongHits"] = count.Wrong,
        };

        async Task<(bool IsHit, string Answer)> AskAsync(string question)
        {
            leaf.Class = classes.Of(question);
            int before = leaf.Calls;
            var options = new ChatOptions();
            RequestSettings.User.Set(options, "reader");
            ChatResponse response = await client.GetResponseAsync(question, options).ConfigureAwait(false);
            return (leaf.Calls == before, response.Text);
        }
    }

    private static string Text(JsonObject row, string name) => (string?)row[name] ?? throw new EvaluationException($"a row has no '{name}'.");
}
