using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.AI;
using TokenThrift.Evaluation.Streams;
using TokenThrift.Receipts;
using TokenThrift.Requests;
using TokenThrift.Routing;

namespace TokenThrift.Evaluation.Routing;

/// <summary>Plays the rows as a deployment sees them: one after the other, through processes that are replaced, with nothing known at the start.</summary>
/// <remarks>What the router learns comes from its own audits, graded by the recorded scores.</remarks>
internal sealed class RouteStreamCommand : EvaluationCommand
{
    public override string Name => "route-stream";

    public override string Help => "plays the rows, shuffled by --seed, through routers that earn their promise by audits [--quality Q=0.95] [--audits A=0.05] [--restart-every N] [--processes P] [--apart] (P processes on one shared store, or apart each with nothing but its own memory, in turns, all replaced after every N requests) [--weak A] [--strong B]";

    public override async Task<IReadOnlyDictionary<string, object?>> RunAsync(EvaluationArguments arguments, EvaluationOutput output)
    {
        RoutingRow[] rows = [.. RoutingRow.Read(arguments)];
        (string[] weakModels, string strong) = RoutingRow.Models(arguments, rows);
        string weak = weakModels[0];
        var floor = new QualityFloor(arguments.Number("quality", 0.95));
        double audits = arguments.Number("audits", 0.05);
        int restartEvery = arguments.Int("restart-every", int.MaxValue), processes = arguments.Int("processes", 1), seed = arguments.Seed;
        bool apart = arguments.Flag("apart");
        arguments.RefuseUnknown();
        if (floor.Validate() is { } error || audits is not (>= 0 and <= 1) || restartEvery < 1 || processes < 1)
        {
            throw new EvaluationException("--quality must be in (0, 1], --audits in [0, 1], --restart-every and --processes at least 1.");
        }

        new Random(seed).Shuffle(rows);
        var byPrompt = rows.DistinctBy(r => r.Prompt).ToDictionary(r => r.Prompt, StringComparer.Ordinal);
        var clock = new StreamClock();
        SharedStore? store = apart ? null : new SharedStore();
        CheapestCapableChatClient[] routers = [];
        int starts = 0, strongServed = 0, strongServedLate = 0, calls = 0, strongCalls = 0;
        double served = 0, best = 0, servedLate = 0, bestLate = 0;
        var reading = new Stopwatch();
        for (int i = 0; i < rows.Length; i++)
        {
            if (i % restartEvery == 0)
            {
                Array.ForEach(routers, router => router.Dispose());
                routers = [.. Enumerable.Range(0, processes).Select(_ => Start())];
                reading.Start();
                await routers[0].ExplainAsync(rows[i].Messages, rows[i].Options());
                reading.Stop();
            }

            RoutingRow row = byPrompt[rows[i].Prompt];
            RoutingRecord record = await AskAsync(routers[i % processes], row);
            clock.Tick();
            bool isStrong = record.ServedModelId == strong;
            calls += record.Attempts.Count;
            strongCalls += record.Attempts.Count(a => a.ModelId == strong);
            strongServed += isStrong ? 1 : 0;
            served += row.Scores[record.ServedModelId!];
            best += row.Scores[strong];
            if (i >= rows.Length / 2)
            {
                strongServedLate += isStrong ? 1 : 0;
                servedLate += row.Scores[record.ServedModelId!];
                bestLate += row.Scores[strong];
            }

            output.Progress("requests", i + 1, rows.Length);
        }

        QualityCertificate? certificate = routers[0].Certificates().GetValueOrDefault(weak);
        Array.ForEach(routers, router => router.Dispose());
        int late = rows.Length - (rows.Length / 2);
        output.Line($"{weak} -> {strong}; promise {floor.Quality} with confidence {floor.Confidence}, {audits:P0} audited, {starts} processes");
        output.Table(
            ["part", "strong share", "quality ratio"],
            [["all", Text((double)strongServed / rows.Length), Text(served / best)], ["second half", Text((double)strongServedLate / late), Text(servedLate / bestLate)]]);
        return new Dictionary<string, object?>
        {
            ["requests"] = rows.Length,
            ["processes"] = starts,
            ["calls"] = calls,
            ["strongCalls"] = strongCalls,
            ["strongShare"] = (double)strongServed / rows.Length,
            ["qualityRatio"] = served / best,
            ["strongShareLate"] = (double)strongServedLate / late,
            ["qualityRatioLate"] = servedLate / bestLate,
            ["pairs"] = certificate?.Pairs ?? 0,
            ["secondsToStart"] = reading.Elapsed.TotalSeconds / Math.Max(1, starts / processes),
        };

        CheapestCapableChatClient Start()
        {
            var options = new RoutingOptions
            {
                QualityFloor = floor,
                AuditShare = audits,
                AuditRandom = new Random((seed * 1000) + starts++),
                GradeAnswer = context => byPrompt[context.Messages[^1].Text].Scores[context.Model.Id],
                Secret = store is null ? null : "evaluation",
            };
            if (rows[0].Responses.ContainsKey(weak))
            {
                options.Checks.Add(new CalculationCheck());
            }

            return new CheapestCapableChatClient(RecordedModels.Legs(rows, [weak], strong), options, time: clock, store: store);
        }
    }

    private static async Task<RoutingRecord> AskAsync(CheapestCapableChatClient router, RoutingRow row)
    {
        IEnumerable<ChatMessage> messages = row.Messages;
        ChatOptions? options = row.Options();
        RequestContext context = RequestContext.GetOrCreate(ref messages, ref options);
        await router.GetResponseAsync(messages, options);
        return ReceiptRecorder.Of(context).Routing!;
    }

    private static string Text(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);
}
