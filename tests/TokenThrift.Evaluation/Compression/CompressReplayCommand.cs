using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.AI;
using TokenThrift.Evaluation.Replay;

namespace TokenThrift.Evaluation.Compression;

/// <summary>Recorded conversations call by call through each policy; input cost, evidence kept, and what fetching the rest back costs.</summary>
internal sealed class CompressReplayCommand : EvaluationCommand
{
    public override string Name => "compress-replay";

    public override string Help => "cost of recorded conversations under compression policies [--read R] [--write W] [--policy NAME] [--curve FILE.svg] [--json-values: results as the functions of AIFunctionFactory return them]";

    public override async Task<IReadOnlyDictionary<string, object?>> RunAsync(EvaluationArguments arguments, EvaluationOutput output)
    {
        decimal read = arguments.Money("read", ReplayBilling.DefaultRead);
        decimal write = arguments.Money("write", ReplayBilling.DefaultWrite);
        string? only = arguments.TextOrNull("policy");
        string? curve = arguments.TextOrNull("curve");
        _ = arguments.Seed;
        bool asValues = arguments.Flag("json-values");
        IReadOnlyList<TranscriptEpisode> episodes = [.. TranscriptReader.Read(arguments).Select(episode => asValues ? WithValues(episode) : episode)];
        arguments.RefuseUnknown();

        var serializer = new ReplaySerializer();
        var costs = new Dictionary<string, List<PolicyRun>>();
        string[] names = [.. ReplayPolicies.Names.Where(name => only is null || name is "none" || name == only)];
        int done = 0;
        foreach (TranscriptEpisode episode in episodes)
        {
            foreach (string name in names)
            {
                using IReplayPolicy policy = ReplayPolicies.Make(name, read, write);
                PolicyRun run = await PolicyRun.MeasureAsync(episode, policy, serializer, read, write);
                (costs.TryGetValue(name, out List<PolicyRun>? runs) ? runs : costs[name] = []).Add(run);
            }

            output.Progress("episodes", ++done, episodes.Count);
        }

        List<PolicyRun> none = costs["none"];
        var policies = new Dictionary<string, object?>();
        var rows = new List<string[]>();
        var curves = new List<CostCurve>();
        foreach (string name in names)
        {
            List<PolicyRun> runs = costs[name];
            decimal cost = runs.Sum(run => run.Cost);
            decimal change = (cost / none.Sum(run => run.Cost)) - 1;
            decimal worst = runs.Zip(none).Max(pair => (pair.First.Cost / pair.Second.Cost) - 1);
            long evidence = runs.Sum(run => run.Evidence);
            double kept = evidence == 0 ? 1 : 1 - ((double)runs.Sum(run => run.Missed) / evidence);
            int breaks = runs.Sum(run => run.PrefixBreaks);
            int retrievals = runs.Sum(run => run.Retrievals);
            policies[name] = new Dictionary<string, object?>
            {
                ["cost"] = cost,
                ["change"] = change,
                ["worstEpisodeChange"] = worst,
                ["prefixBreaks"] = breaks,
                ["retrievals"] = retrievals,
                ["evidenceKept"] = kept,
            };
            curves.Add(CostCurve.Of(name, runs, kept));
            rows.Add([name, F(cost, "N0"), F(change, "+0.0%;-0.0%"), F(worst, "+0.0%;-0.0%"), F(breaks, "N0"), F(retrievals, "N0"), F((decimal)kept, "0.0000")]);
        }

        output.Table(["policy", "cost (input tokens)", "change", "worst episode", "prefix breaks", "retrievals", "evidence kept"], rows);
        if (curve is not null)
        {
            CostCurve.Write(curve, curves, read, write);
        }

        List<PolicyRun> ours = costs.GetValueOrDefault("tokenthrift") ?? none;
        int removed = ours.Sum(run => run.Removed);
        return new Dictionary<string, object?>
        {
            ["episodes"] = episodes.Count,
            ["calls"] = none.Sum(run => run.Calls),
            ["read"] = read,
            ["write"] = write,
            ["policies"] = policies,
            ["roundTrip"] = removed == 0 ? 1.0 : (double)ours.Sum(run => run.GivenBack) / removed,
            ["pairingBroken"] = ours.Sum(run => run.PairingBroken),
        };
    }

    private static TranscriptEpisode WithValues(TranscriptEpisode episode) => episode with
    {
        Messages = [.. episode.Messages.Select(message => message.Role != ChatRole.Tool ? message
            : new ChatMessage(message.Role, [.. message.Contents.Select(content => content is FunctionResultContent { Result: string text } result
                ? new FunctionResultContent(result.CallId, JsonSerializer.SerializeToElement(text)) : content)]))],
    };

    private static string F(decimal value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
