using System.Globalization;
using TokenThrift.Routing;

namespace TokenThrift.Evaluation.Routing;

/// <summary>Pre-call routing between two models: the router learns from some rows and explains its choice for the others.</summary>
internal sealed class RoutePairsCommand : EvaluationCommand
{
    public override string Name => "route-pairs";

    public override string Help => "pre-call routing between two models [--labels N=1500] [--folds K=20] [--weak A] [--strong B]";

    public override async Task<IReadOnlyDictionary<string, object?>> RunAsync(EvaluationArguments arguments, EvaluationOutput output)
    {
        IReadOnlyList<RoutingRow> rows = RoutingRow.Read(arguments);
        (string[] weakModels, string strong) = RoutingRow.Models(arguments, rows);
        string weak = weakModels[0];
        int labels = arguments.Int("labels", Math.Min(1500, rows.Count * 4 / 5));
        int folds = arguments.Int("folds", 20);
        int seed = arguments.Seed;
        arguments.RefuseUnknown();
        if (labels < 0 || labels >= rows.Count || folds < 1)
        {
            throw new EvaluationException($"--labels must be below the number of rows ({rows.Count}) and --folds at least 1.");
        }

        double apgr = 0, cpt50 = 0, cpt80 = 0, randomApgr = 0;
        for (int fold = 0; fold < folds; fold++)
        {
            var random = new Random((seed * 1000) + fold);
            RoutingRow[] order = [.. rows];
            random.Shuffle(order);
            using var router = new CheapestCapableChatClient(RecordedModels.Legs(rows, [weak], strong));
            foreach (RoutingRow row in order.Take(labels))
            {
                await router.LearnAsync(new RoutingOutcome(row.Messages, row.Options(), row.Scores));
            }

            var items = new List<(double, double, double)>();
            var shuffled = new List<(double, double, double)>();
            foreach (RoutingRow row in order.Skip(labels))
            {
                RoutingDecision decision = await router.ExplainAsync(row.Messages, row.Options());
                double Of(string model) => decision.Candidates.First(c => c.Model.Id == model).PredictedQuality;
                items.Add((Of(strong) - Of(weak), row.Scores[weak], row.Scores[strong]));
                shuffled.Add((random.NextDouble(), row.Scores[weak], row.Scores[strong]));
            }

            apgr += GapCurve.Apgr(items) / folds;
            cpt50 += GapCurve.Cpt(items, 0.5) / folds;
            cpt80 += GapCurve.Cpt(items, 0.8) / folds;
            randomApgr += GapCurve.Apgr(shuffled) / folds;
            output.Progress("folds", fold + 1, folds);
        }

        string[] cheap = [.. rows[0].Scores.Keys.Where(m => m != strong)];
        string best = cheap.MaxBy(m => rows.Average(r => r.Scores.GetValueOrDefault(m)))!;
        double quality = rows.Average(r => r.Scores.GetValueOrDefault(best)), strongQuality = rows.Average(r => r.Scores[strong]);
        output.Line($"{weak} -> {strong}; {labels} labels, {rows.Count - labels} test rows, {folds} folds");
        output.Table(
            ["router", "APGR", "CPT50", "CPT80"],
            [
                ["learnt by the router", Text(apgr), Text(cpt50), Text(cpt80)],
                ["random", Text(randomApgr), "0.500", "0.800"],
            ]);
        output.Line($"best single cheap model: {best}, quality {Text(quality)} of the strong model's {Text(strongQuality)} ({Text(quality / strongQuality)})");
        return new Dictionary<string, object?>
        {
            ["apgr"] = apgr,
            ["cpt50"] = cpt50,
            ["cpt80"] = cpt80,
            ["randomApgr"] = randomApgr,
            ["bestSingleCheap"] = new Dictionary<string, object?> { ["model"] = best, ["quality"] = quality, ["qualityRatio"] = quality / strongQuality },
        };
    }

    private static string Text(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);
}
