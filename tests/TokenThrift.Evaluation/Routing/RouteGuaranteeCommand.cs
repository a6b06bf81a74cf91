using System.Globalization;
using TokenThrift.Routing;

namespace TokenThrift.Evaluation.Routing;

/// <summary>How often a promised share of the strong model's quality is broken, over many calibrations.</summary>
/// <remarks>
/// The file is halved, several times over. Scores of one half come from a router that learnt from the other, so the
/// calibration rows, drawn from one half, never taught what scores them; a violation is counted over the whole file.
/// </remarks>
internal sealed class RouteGuaranteeCommand : EvaluationCommand
{
    private const int Halvings = 5;

    public override string Name => "route-guarantee";

    public override string Help => "violations of a promised quality [--quality Q=0.95] [--labels N=300] [--resamples M=500] [--weak A] [--strong B]";

    public override async Task<IReadOnlyDictionary<string, object?>> RunAsync(EvaluationArguments arguments, EvaluationOutput output)
    {
        IReadOnlyList<RoutingRow> rows = RoutingRow.Read(arguments);
        (string[] weakModels, string strong) = RoutingRow.Models(arguments, rows);
        string weak = weakModels[0];
        var floor = new QualityFloor(arguments.Number("quality", 0.95));
        int labels = arguments.Int("labels", 300), resamples = arguments.Int("resamples", 500), seed = arguments.Seed;
        arguments.RefuseUnknown();
        if (floor.Validate() is { } error || labels < 1 || labels > rows.Count / 2 || resamples < 1)
        {
            throw new EvaluationException($"--quality must be in (0, 1], --labels at most half of the rows ({rows.Count / 2}), --resamples at least 1.");
        }

        var halves = new List<(RoutingRow[] Rows, PairedOutcome[] Pairs, PairedOutcome[] Others)>();
        for (int h = 0; h < Halvings; h++)
        {
            RoutingRow[] order = [.. rows];
            new Random((seed * 100) + h).Shuffle(order);
            RoutingRow[] first = order[..(order.Length / 2)], second = order[(order.Length / 2)..];
            PairedOutcome[] a = await ScoreAsync(rows, second, first, weak, strong), b = await ScoreAsync(rows, first, second, weak, strong);
            halves.Add((first, a, b));
            halves.Add((second, b, a));
            output.Progress("scores", h + 1, Halvings);
        }

        double violations = 0, share = 0, plugIn = 0, best = 0;
        for (int i = 0; i < resamples; i++)
        {
            (_, PairedOutcome[] own, PairedOutcome[] others) = halves[i % halves.Count];
            PairedOutcome[] whole = [.. own, .. others];
            PairedOutcome[] drawn = [.. own];
            new Random((seed * 100_000) + i).Shuffle(drawn);
            double threshold = QualityGuarantee.Calibrate(drawn[..labels], floor).Threshold;
            violations += Ratio(whole, threshold) < floor.Quality ? 1.0 / resamples : 0;
            share += (double)whole.Count(p => p.Score < threshold) / whole.Length / resamples;
            plugIn += Ratio(whole, Cheapest(drawn[..labels], floor.Quality)) < floor.Quality ? 1.0 / resamples : 0;
            double cheapest = Cheapest(whole, floor.Quality);
            best += (double)whole.Count(p => p.Score < cheapest) / whole.Length / resamples;
            output.Progress("calibrations", i + 1, resamples);
        }

        // The mistake to avoid: the same rows teach the score and calibrate it.
        int sharedRuns = Math.Min(resamples, 40);
        double shared = 0;
        for (int i = 0; i < sharedRuns; i++)
        {
            RoutingRow[] order = [.. rows];
            new Random((seed * 7_000) + i).Shuffle(order);
            PairedOutcome[] all = await ScoreAsync(rows, order[..labels], order, weak, strong);
            shared += Ratio(all, QualityGuarantee.Calibrate(all[..labels], floor).Threshold) < floor.Quality ? 1.0 / sharedRuns : 0;
        }

        output.Line($"{weak} -> {strong}; promise {floor.Quality} with confidence {floor.Confidence}; {labels} pairs, {resamples} calibrations");
        output.Table(
            ["rule", "violations", "strong share"],
            [
                ["betting, fixed sequence", Text(violations), Text(share)],
                ["cheapest threshold that looks good", Text(plugIn), ""],
                [$"score learnt from the same rows ({sharedRuns} runs)", Text(shared), ""],
                ["best possible in hindsight", "", Text(best)],
            ]);
        return new Dictionary<string, object?>
        {
            ["violations"] = violations,
            ["strongShare"] = share,
            ["plugInViolations"] = plugIn,
            ["sharedRowsViolations"] = shared,
            ["bestPossibleStrongShare"] = best,
        };
    }

    private static async Task<PairedOutcome[]> ScoreAsync(IReadOnlyList<RoutingRow> all, RoutingRow[] train, RoutingRow[] test, string weak, string strong)
    {
        bool hasAnswers = all.All(r => r.Responses.ContainsKey(weak));
        using CheapestCapableChatClient router = RouteCascadeCommand.Router(all, [weak], strong, prices: null, withCallerCheck: hasAnswers, acceptScore: 0);
        foreach (RoutingRow row in train)
        {
            await RouteCascadeCommand.LearnAsync(router, row, weak, strong);
        }

        var pairs = new PairedOutcome[test.Length];
        for (int i = 0; i < test.Length; i++)
        {
            pairs[i] = new PairedOutcome(await RouteCascadeCommand.ScoreAsync(router, test[i]), test[i].Scores[weak], test[i].Scores[strong]);
        }

        return pairs;
    }

    private static double Ratio(PairedOutcome[] pairs, double threshold) => pairs.Sum(p => p.Score >= threshold ? p.Weak : p.Strong) / pairs.Sum(p => p.Strong);

    private static double Cheapest(PairedOutcome[] pairs, double quality)
    {
        PairedOutcome[] byScore = [.. pairs.OrderBy(p => p.Score)];
        double strong = pairs.Sum(p => p.Strong), served = pairs.Sum(p => p.Weak);
        for (int i = 0; i < byScore.Length; i++)
        {
            if (served >= quality * strong && (i == 0 || byScore[i].Score > byScore[i - 1].Score))
            {
                return byScore[i].Score;
            }

            served += byScore[i].Strong - byScore[i].Weak;
        }

        return double.PositiveInfinity;
    }

    private static string Text(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);
}
