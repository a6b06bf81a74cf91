using System.Diagnostics;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using TokenThrift.Budgets;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.Tokens;

namespace TokenThrift.Evaluation.Budgets;

/// <summary>What the gate adds to a call, beside an exact hit of the framework's own cache on the same request.</summary>
internal sealed class BudgetOverheadCommand : EvaluationCommand
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    public override string Name => "budget-overhead";

    public override string Help => "time that the gate adds to a call, beside an exact hit of UseDistributedCache: --calls 5000";

    public override async Task<IReadOnlyDictionary<string, object?>> RunAsync(EvaluationArguments arguments, EvaluationOutput output)
    {
        int calls = arguments.Int("calls", 5_000);
        arguments.RefuseUnknown();
        var model = new ModelInfo("m") { Prices = new ModelPrices(1_000_000, 2_000_000), ContextTokens = 1_000_000, MaxOutputTokens = 10_000 };
        var catalog = new ModelCatalog([model]);
        var rows = new List<IReadOnlyList<string>>();
        var json = new List<Dictionary<string, object?>>();

        // The first size is measured twice, and both rows are shown: the first stands for the first seconds of a process, before the
        // runtime has compiled well what it runs, the last for all that follows.
        foreach (int tokens in new[] { 2_000, 50_000, 2_000 })
        {
            ChatMessage[] ask = Conversation(tokens);
            using var provider = new Instant();
            using var meter = new MeteringChatClient(provider, catalog, TokenCounters.Shared, TimeProvider.System, "m");
            var budgets = new BudgetService();
            using var gate = new BudgetingChatClient(meter, budgets);
            using var cache = new DistributedCachingChatClient(provider, new MemoryDistributedCache(Options.Create(new MemoryDistributedCacheOptions())));
            using BudgetTask outer = budgets.BeginTask("outer", Limit.Usd(1_000_000m));
            using BudgetTask task = budgets.BeginTask("task", Limit.Usd(1_000_000m), Limit.Tokens(1L << 50));
            double[] times = await MedianAsync([() => meter.GetResponseAsync(ask), () => gate.GetResponseAsync(ask), () => cache.GetResponseAsync(ask)], calls);
            double added = times[1] - times[0];
            rows.Add([$"{tokens:N0}", $"{times[0]:0.0}", $"{times[1]:0.0}", $"{added:0.0}", $"{times[2]:0.0}", $"{added / times[2]:0.00}"]);
            json.Add(new() { ["tokens"] = tokens, ["meterMicros"] = times[0], ["gateAddsMicros"] = added, ["distributedCacheHitMicros"] = times[2], ["ratioToDistributedCache"] = added / times[2] });
        }

        output.Table(["tokens", "meter µs", "gate and meter µs", "gate adds µs", "distributed cache hit µs", "ratio"], rows);
        return new Dictionary<string, object?> { ["rows"] = json };
    }

    private static ChatMessage[] Conversation(int tokens)
    {
        var random = new Random(1);
        return
        [
            new(ChatRole.System, "You are an accountant."),
            .. Enumerable.Range(0, 20).Select(i => new ChatMessage(
                i % 2 == 0 ? ChatRole.User : ChatRole.Assistant,
                string.Join(' ', Enumerable.Range(0, tokens / 20).Select(_ => "abcdefgh"[..random.Next(1, 8)])))),
        ];
    }

    // The candidates take turns, so that a slow moment of the machine hits all of them.
    private static async Task<double[]> MedianAsync(Func<Task>[] candidates, int calls)
    {
        // The runtime compiles a method well only after it has run often and for a while; the reference comes precompiled.
        long warming = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(warming) < WarmUp)
        {
            foreach (Func<Task> candidate in candidates)
            {
                await candidate();
            }
        }

        double[][] times = [.. candidates.Select(_ => new double[calls])];
        for (int round = 0; round < calls; round++)
        {
            for (int i = 0; i < candidates.Length; i++)
            {
                long began = Stopwatch.GetTimestamp();
                await candidates[i]();
                times[i][round] = Stopwatch.GetElapsedTime(began).TotalMicroseconds;
            }
        }

        return [.. times.Select(t => t.Order().ElementAt(calls / 2))];
    }

    private sealed class Instant : IChatClient
    {
        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, "done")) { Usage = new UsageDetails { InputTokenCount = 10, OutputTokenCount = 5 } });

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
