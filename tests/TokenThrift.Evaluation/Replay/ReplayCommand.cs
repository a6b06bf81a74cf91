using System.Globalization;
using TokenThrift.Models;
using TokenThrift.Receipts;

namespace TokenThrift.Evaluation.Replay;

/// <summary>What recorded conversations would have cost with and without the product, lever by lever.</summary>
internal sealed class ReplayCommand : EvaluationCommand
{
    public override string Name => "replay";

    public override string Help => "recorded conversations call by call through the whole pipeline at shipped defaults [--model ID] [--read R] [--write W] [--limit EPISODES]";

    public override async Task<IReadOnlyDictionary<string, object?>> RunAsync(EvaluationArguments arguments, EvaluationOutput output)
    {
        ModelInfo model = Model(arguments.TextOrNull("model"));
        decimal read = arguments.Money("read", ReplayBilling.DefaultRead);
        decimal write = arguments.Money("write", ReplayBilling.DefaultWrite);
        IReadOnlyList<TranscriptEpisode> episodes = [.. TranscriptReader.Read(arguments).Take(arguments.Int("limit", int.MaxValue))];
        _ = arguments.Seed;
        arguments.RefuseUnknown();
        using var run = ReplayRun.At(model, read, write);
        for (int i = 0; i < episodes.Count; i++)
        {
            await run.PlayAsync(episodes[i]);
            output.Progress("replay", i + 1, episodes.Count);
        }

        return Print(run, model, read, write, episodes.Count, output);
    }

    private static ModelInfo Model(string? id)
    {
        if (id is null)
        {
            // A nameless model of the middle price range, whose own rates are the default R and W.
            return new ModelInfo("reference") { Prices = new ModelPrices(3_000_000, 15_000_000) };
        }

        ModelInfo model = ModelCatalog.Default.Find(id) ?? throw new EvaluationException($"--model: the catalogue has no model '{id}'.");
        return model.Prices.IsKnown ? model : throw new EvaluationException($"--model: the price of '{id}' is not known.");
    }

    private static Dictionary<string, object?> Print(ReplayRun run, ModelInfo model, decimal read, decimal write, int episodes, EvaluationOutput output)
    {
        SavingsByLever levers = run.Levers;
        output.Line($"{episodes} episodes, {run.Calls} calls at {model.Id}: {model.Prices.Input!.Value / 1e6m} USD a million input tokens, {model.Prices.Output!.Value / 1e6m} output; cached x {read}, written x {write}.");
        output.Table(
            ["", "USD", "of baseline"],
            [
                Row("as sent", run.Baseline, run.Baseline),
                Row("cache", -levers.Cache, run.Baseline),
                Row("compression", -levers.Compression, run.Baseline),
                Row("routing", -levers.Routing, run.Baseline),
                Row("provider cache", -levers.ProviderCache, run.Baseline),
                Row("overhead (retrievals)", -levers.Overhead, run.Baseline),
                Row("with TokenThrift", run.Spent, run.Baseline),
            ]);
        output.Line($"{run.Hits} cache hits, of which {run.WrongHits} did not equal the recorded answer; {run.Retrievals} retrievals billed; evidence kept {run.EvidenceKept:0.0000} of {run.Evidence}.");
        output.Line($"The product's own receipts say: {run.Book.Total}.");
        return new Dictionary<string, object?>
        {
            ["episodes"] = episodes,
            ["calls"] = run.Calls,
            ["baselineUsd"] = run.Baseline.Usd,
            ["usd"] = run.Spent.Usd,
            ["saving"] = run.Baseline.Value == 0 ? 0 : Math.Round((run.Baseline - run.Spent).Usd / run.Baseline.Usd, 6),
            ["byLever"] = new Dictionary<string, object?>
            {
                ["cache"] = levers.Cache.Usd,
                ["compression"] = levers.Compression.Usd,
                ["routing"] = levers.Routing.Usd,
                ["providerCache"] = levers.ProviderCache.Usd,
                ["overhead"] = levers.Overhead.Usd,
            },
            ["evidenceKept"] = Math.Round(run.EvidenceKept, 6),
            ["evidence"] = run.Evidence,
            ["retrievals"] = run.Retrievals,
            ["hits"] = run.Hits,
            ["wrongHits"] = run.WrongHits,
            ["model"] = model.Id,
            ["read"] = read,
            ["write"] = write,
            ["receipts"] = new Dictionary<string, object?>
            {
                ["baselineUsd"] = run.Book.Total.Baseline.Usd,
                ["usd"] = run.Book.Total.Spent.Usd,
                ["saving"] = run.Book.Total.Savings.Total.Usd,
            },
        };
    }

    private static string[] Row(string name, NanoUsd amount, NanoUsd of) =>
        [name, amount.Usd.ToString("0.000000", CultureInfo.InvariantCulture), of.Value == 0 ? "-" : (amount.Usd / of.Usd).ToString("0.00 %", CultureInfo.InvariantCulture)];
}
