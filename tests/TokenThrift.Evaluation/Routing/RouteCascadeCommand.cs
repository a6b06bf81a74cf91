using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.Requests;
using TokenThrift.Routing;

namespace TokenThrift.Evaluation.Routing;

/// <summary>The answer-checked cascade: the real router over models that answer with what was recorded.</summary>
internal sealed class RouteCascadeCommand : EvaluationCommand
{
    private const int Folds = 5;
    private const int Shuffles = 4;

    public override string Name => "route-cascade";

    public override string Help => "answer-checked cascade on rows with responses [--weak A[,B]] [--strong C] [--prices FILE]";

    public override async Task<IReadOnlyDictionary<string, object?>> RunAsync(EvaluationArguments arguments, EvaluationOutput output)
    {
        IReadOnlyList<RoutingRow> rows = RoutingRow.Read(arguments);
        (string[] weak, string strong) = RoutingRow.Models(arguments, rows);
        string prices = arguments.Text("prices", Path.Combine(Path.GetDirectoryName(Path.GetFullPath(arguments.Text("data")))!, "prices.json"));
        int seed = arguments.Seed;
        arguments.RefuseUnknown();
        IReadOnlyDictionary<string, ModelPrices> list = ReadPrices(prices, [.. weak, strong]);
        if (!rows.All(r => weak.All(r.Responses.ContainsKey)))
        {
            throw new EvaluationException("--data: a row has no 'response' of a weak model.");
        }

        double untrainedBare = await UntrainedAsync(rows, weak[0], strong, list, withCallerCheck: false);
        double untrained = await UntrainedAsync(rows, weak[0], strong, list, withCallerCheck: true);
        (double trainedBare, _) = await TrainedAsync(rows, weak[0], strong, list, withCallerCheck: false, seed, output);
        (double trained, double pooled) = await TrainedAsync(rows, weak[0], strong, list, withCallerCheck: true, seed, output);
        (double quality, double share, double saving) = await ServeAsync(rows, weak, strong, list);
        output.Line($"{string.Join(" + ", weak)} -> {strong}; {rows.Count} rows; caller check: calculation (for APGR only)");
        output.Table(
            ["cascade", "APGR"],
            [["untrained, no caller check", Text(untrainedBare)], ["untrained, one caller check", Text(untrained)], [$"trained, no caller check, mean of {Folds} folds x {Shuffles}", Text(trainedBare)], [$"trained, one caller check, mean of {Folds} folds x {Shuffles}", Text(trained)], ["the same, folds pooled", Text(pooled)]]);
        output.Line($"served at the defaults{(weak.Length > 1 ? " with agreement" : "")}: quality {Text(quality)} of the strong model's, strong share {Text(share)}, cost saving {Text(saving)}");
        return new Dictionary<string, object?>
        {
            ["apgr"] = trained,
            ["pooledApgr"] = pooled,
            ["apgrNoCallerCheck"] = trainedBare,
            ["untrainedApgr"] = untrained,
            ["untrainedApgrNoCallerCheck"] = untrainedBare,
            ["qualityRatio"] = quality,
            ["strongShare"] = share,
            ["costSaving"] = saving,
            ["callerCheck"] = "calculation",
        };
    }

    internal static CheapestCapableChatClient Router(
        IReadOnlyList<RoutingRow> rows, string[] weak, string strong, IReadOnlyDictionary<string, ModelPrices>? prices, bool withCallerCheck, double acceptScore)
    {
        var options = new RoutingOptions { AcceptScore = acceptScore, RequireAgreement = weak.Length > 1 };
        if (withCallerCheck)
        {
            options.Checks.Add(new CalculationCheck());
        }

        return new CheapestCapableChatClient(RecordedModels.Legs(rows, weak, strong, prices), options);
    }

    internal static async Task LearnAsync(CheapestCapableChatClient router, RoutingRow row, string weak, string strong) =>
        await router.LearnAsync(new RoutingOutcome(row.Messages, row.Options(), new Dictionary<string, double> { [weak] = row.Scores[weak], [strong] = row.Scores[strong] })
        {
            Answers = row.Responses.ContainsKey(weak) ? new Dictionary<string, ChatResponse> { [weak] = Answers.Of(row, weak) } : new Dictionary<string, ChatResponse>(),
        });

    /// <summary>Asks the router and reads the score that it gave the cheap answer.</summary>
    internal static async Task<double> ScoreAsync(CheapestCapableChatClient router, RoutingRow row)
    {
        IEnumerable<ChatMessage> messages = row.Messages;
        ChatOptions? options = row.Options();
        RequestContext context = RequestContext.GetOrCreate(ref messages, ref options);
        await router.GetResponseAsync(messages, options);
        return ReceiptRecorder.Of(context).Routing!.Attempts[0].Score ?? 0;
    }

    private static async Task<double> UntrainedAsync(
        IReadOnlyList<RoutingRow> rows, string weak, string strong, IReadOnlyDictionary<string, ModelPrices> prices, bool withCallerCheck)
    {
        using CheapestCapableChatClient router = Router(rows, [weak], strong, prices, withCallerCheck, acceptScore: 0);
        var items = new List<(double, double, double)>();
        foreach (RoutingRow row in rows)
        {
            items.Add(await ItemAsync(router, row, weak, strong));
        }

        return GapCurve.Apgr(items);
    }

    // Each fold's rows are ordered by a router that learnt from the others. A curve over all folds at once would set the scores of
    // five routers against one another, and a fold that by chance is hard leaves an easy rest to learn from: pooling is biased low
    // (Forman and Scholz, "Apples-to-apples in cross-validation studies", SIGKDD Explorations 2010). So the curves are averaged.
    private static async Task<(double Mean, double Pooled)> TrainedAsync(
        IReadOnlyList<RoutingRow> rows, string weak, string strong, IReadOnlyDictionary<string, ModelPrices> prices, bool withCallerCheck, int seed, EvaluationOutput output)
    {
        double mean = 0, pooled = 0;
        for (int shuffle = 0; shuffle < Shuffles; shuffle++)
        {
            RoutingRow[] order = [.. rows];
            new Random((seed * 1000) + shuffle).Shuffle(order);
            var all = new List<(double, double, double)>();
            for (int fold = 0; fold < Folds; fold++)
            {
                using CheapestCapableChatClient router = Router(rows, [weak], strong, prices, withCallerCheck, acceptScore: 0);
                foreach (RoutingRow row in order.Where((_, i) => i % Folds != fold))
                {
                    await LearnAsync(router, row, weak, strong);
                }

                var items = new List<(double, double, double)>();
                foreach (RoutingRow row in order.Where((_, i) => i % Folds == fold))
                {
                    items.Add(await ItemAsync(router, row, weak, strong));
                }

                mean += GapCurve.Apgr(items) / (Folds * Shuffles);
                all.AddRange(items);
                output.Progress("folds", (shuffle * Folds) + fold + 1, Folds * Shuffles);
            }

            pooled += GapCurve.Apgr(all) / Shuffles;
        }

        return (mean, pooled);
    }

    private static async Task<(double Need, double Weak, double Strong)> ItemAsync(CheapestCapableChatClient router, RoutingRow row, string weak, string strong) =>
        (1 - await ScoreAsync(router, row), row.Scores[weak], row.Scores[strong]);

    private static async Task<(double Quality, double StrongShare, double Saving)> ServeAsync(
        IReadOnlyList<RoutingRow> rows, string[] weak, string strong, IReadOnlyDictionary<string, ModelPrices> prices)
    {
        using CheapestCapableChatClient router = Router(rows, weak, strong, prices, withCallerCheck: weak.Length == 1, acceptScore: 0.5);
        double served = 0, best = 0, asked = 0;
        Int128 spent = 0, strongOnly = 0;
        foreach (RoutingRow row in rows)
        {
            IEnumerable<ChatMessage> messages = row.Messages;
            ChatOptions? options = row.Options();
            RequestContext context = RequestContext.GetOrCreate(ref messages, ref options);
            await router.GetResponseAsync(messages, options);
            RoutingRecord routing = ReceiptRecorder.Of(context).Routing!;
            served += row.Scores[routing.ServedModelId!];
            best += row.Scores[strong];
            asked += routing.Attempts.Any(a => a.ModelId == strong) ? 1 : 0;
            foreach (RoutingAttempt attempt in routing.Attempts)
            {
                spent += Cost(row, attempt.ModelId, prices);
            }

            strongOnly += Cost(row, strong, prices);
        }

        return (served / best, asked / rows.Count, 1 - ((double)spent / (double)strongOnly));
    }

    private static long Cost(RoutingRow row, string model, IReadOnlyDictionary<string, ModelPrices> prices) =>
        UsageCost.Of(new TokenUsage(Tokens(row.Prompt), Tokens(row.Responses.GetValueOrDefault(model, ""))), prices[model])!.Value.Value;

    private static int Tokens(string text) => TokenThrift.Tokens.TokenCounters.Shared.For(null).CountText(text);

    private static Dictionary<string, ModelPrices> ReadPrices(string path, string[] models)
    {
        if (!File.Exists(path))
        {
            throw new EvaluationException($"--prices: there is no file '{path}'.");
        }

        JsonNode? all = JsonNode.Parse(File.ReadAllText(path))?["prices"];
        long Pico(string model, string kind) => (long)((decimal?)all?[model]?[kind] * 1_000_000m ?? throw new EvaluationException($"--prices: no {kind} price of '{model}'."));
        return models.ToDictionary(m => m, m => new ModelPrices(Pico(m, "input"), Pico(m, "output")));
    }

    private static string Text(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);
}
