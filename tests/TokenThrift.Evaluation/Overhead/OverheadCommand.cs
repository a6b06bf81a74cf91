using System.Globalization;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TokenThrift.Budgets;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.Routing;
using TokenThrift.Tokens;

namespace TokenThrift.Evaluation.Overhead;

/// <summary>What each decorator adds to a call in time and memory, beside the framework's own caching client on the same request.</summary>
internal sealed class OverheadCommand : EvaluationCommand
{
    private const string ModelId = "overhead";

    // In tokens.
    private static readonly int[] Sizes = [2_000, 50_000];

    public override string Name => "overhead";

    public override string Help => "added time and allocation a call of each decorator and of the whole pipeline, beside UseDistributedCache [--calls N] [--only compression]";

    public override Task<IReadOnlyDictionary<string, object?>> RunAsync(EvaluationArguments arguments, EvaluationOutput output)
    {
        int calls = arguments.Int("calls", 400);
        bool isWhole = arguments.TextOrNull("only") switch
        {
            null => true,
            "compression" => false,
            _ => throw new EvaluationException("--only: it can be compression."),
        };
        _ = arguments.Seed;
        arguments.RefuseUnknown();
        if (calls < 20)
        {
            throw new EvaluationException("--calls: at least 20 are needed for a median.");
        }

        if (!isWhole)
        {
            return Task.FromResult<IReadOnlyDictionary<string, object?>>(new Dictionary<string, object?> { ["compression"] = Compression(calls, output) });
        }

        var rows = new List<OverheadRow>();
        foreach (int tokens in Sizes)
        {
            foreach (bool isHit in new[] { false, true })
            {
                rows.AddRange(Measure(tokens, isHit, calls));
                output.Progress("overhead", rows.Count, rows.Count + 1);
            }
        }

        EmbeddingSample embedding = EmbeddingBench.Run();
        output.Line("Added to a call by a provider that answers at once; the provider's own time is taken off. A conversation of nine messages whose last one is new (miss) or was asked before (hit).");
        output.Table(
            ["decorator", "p50 us", "p99 us", "bytes", "x UseDistributedCache"],
            rows.Select(row => new[]
            {
                row.Name, Text(row.P50), Text(row.P99), row.Allocated.ToString("#,##0", CultureInfo.InvariantCulture), row.Ratio.ToString("0.00", CultureInfo.InvariantCulture),
            }));
        output.Line($"Built-in embedding of a question: {Text(embedding.EmbedMicros, 2)} us, {Text(embedding.Ratio, 2)} times counting its tokens with the raw tokenizer ({Text(embedding.CountMicros, 2)} us).");
        Dictionary<string, object?>[] compression = Compression(calls, output);
        return Task.FromResult<IReadOnlyDictionary<string, object?>>(new Dictionary<string, object?>
        {
            ["embedding"] = new Dictionary<string, object?>
            {
                ["p50Micros"] = Math.Round(embedding.EmbedMicros, 3),
                ["countMicros"] = Math.Round(embedding.CountMicros, 3),
                ["ratioToCounting"] = Math.Round(embedding.Ratio, 3),
            },
            ["compression"] = compression,
            ["rows"] = rows.Select(row => new Dictionary<string, object?>
            {
                ["name"] = row.Name,
                ["p50Micros"] = Math.Round(row.P50, 2),
                ["p99Micros"] = Math.Round(row.P99, 2),
                ["allocatedBytes"] = row.Allocated,
                ["ratioToDistributedCache"] = Math.Round(row.Ratio, 3),
            }).ToArray(),
        });
    }

    private static Dictionary<string, object?>[] Compression(int calls, EvaluationOutput output)
    {
        IReadOnlyList<CompressionSample> samples = CompressionBench.Run(Sizes, calls);
        output.Line("Compressing new content: an agent's conversation that grows by some 2,000 tokens a call, beside the raw tokenizer on what is new.");
        output.Table(
            ["history tokens", "compressing p50 us", "p99 us", "counting p50 us", "x counting"],
            samples.Select(row => new[] { row.History.ToString("#,##0", CultureInfo.InvariantCulture), Text(row.P50), Text(row.P99), Text(row.CountP50), Text(row.Ratio, 2) }));
        return samples.Select(row => new Dictionary<string, object?>
        {
            ["historyTokens"] = row.History,
            ["p50Micros"] = Math.Round(row.P50, 2),
            ["p99Micros"] = Math.Round(row.P99, 2),
            ["countP50Micros"] = Math.Round(row.CountP50, 2),
            ["ratioToCounting"] = Math.Round(row.Ratio, 3),
        }).ToArray();
    }

    private static string Text(double value, int decimals = 1) => value.ToString("F" + decimals, CultureInfo.InvariantCulture);

    private static List<OverheadRow> Measure(int tokens, bool isHit, int calls)
    {
        using var bench = new OverheadBench(tokens, isHit, calls);
        OverheadSample bare = bench.Run(inner => inner);
        OverheadSample reference = bench.Run(inner => inner.AsBuilder()
            .UseDistributedCache(new MemoryDistributedCache(Options.Create(new MemoryDistributedCacheOptions()))).Build());
        string suffix = $" {tokens / 1000}k {(isHit ? "hit" : "miss")}";
        var rows = new List<OverheadRow> { OverheadRow.Of("UseDistributedCache" + suffix, reference, bare, reference) };
        foreach ((string name, Func<IChatClient, IChatClient> build) in Decorators(isHit))
        {
            rows.Add(OverheadRow.Of(name + suffix, bench.Run(build), bare, reference));
        }

        if (isHit)
        {
            // What the gate under a limit adds to the meter that it stands on, beside an exact hit.
            OverheadSample meter = bench.Run(Metered);
            OverheadSample gate = bench.Run(inner => new BudgetingChatClient(Metered(inner), Capped()));
            rows.Add(OverheadRow.Above("budget gate under a limit" + suffix, gate, meter, bare, reference));
        }

        return rows;
    }

    private static IEnumerable<(string Name, Func<IChatClient, IChatClient> Build)> Decorators(bool isHit)
    {
        yield return ("UseSemanticCaching", inner => inner.AsBuilder().UseSemanticCaching().Build(Services()));
        if (!isHit)
        {
            // These see no difference between a hit and a miss.
            yield return ("metering", Metered);
            yield return ("UseBudgets (with metering)", inner => inner.AsBuilder().UseBudgets(new BudgetService()).Build(Services()));
            yield return ("UsePromptCompression", inner => inner.AsBuilder().UsePromptCompression().Build(Services()));
            yield return ("UseReceipts (with metering)", inner => Metered(inner).AsBuilder().UseReceipts().Build(Services()));
            yield return ("UseCheapestCapable, three models", inner => inner.AsBuilder().UseCheapestCapable(
                Catalog.Find(ModelId)!, Dearer.Select(model => new ModelLeg(model, inner))).Build(Services()));
            yield return ("UseCheapestCapable", inner => inner.AsBuilder().UseCheapestCapable(Catalog.Find(ModelId)!, []).Build(Services()));
        }

        yield return ("UseTokenThrift", inner => inner.AsBuilder().UseTokenThrift(thrift => thrift.Models.Add(new ModelOverride
        {
            Id = ModelId,
            InputUsdPerMillion = 1,
            OutputUsdPerMillion = 4,
            ContextTokens = 400_000,
            MaxOutputTokens = 8_000,
        })).Build(Services()));
    }

    private static MeteringChatClient Metered(IChatClient inner) => new(inner, Catalog, new TokenCounters(), TimeProvider.System, ModelId);

    private static BudgetService Capped()
    {
        var options = new BudgetOptions();
        options.Limits.Add(new ScopeLimit { Scope = BudgetScopeKind.Process, Usd = 1_000_000 });
        return new BudgetService(options);
    }

    private static ModelCatalog Catalog { get; } = new(
    [
        new ModelInfo(ModelId)
        {
            Vendor = "test",
            Prices = new ModelPrices(1_000_000, 4_000_000),
            ContextTokens = 400_000,
            MaxOutputTokens = 8_000,
            Capabilities = ModelCapabilities.Tools | ModelCapabilities.StructuredOutput | ModelCapabilities.Temperature,
        },
    ]);

    // The cheapest of the three answers, and its answer passes.
    private static IEnumerable<ModelInfo> Dearer => new[] { 2, 10 }.Select(times => Catalog.Find(ModelId)! with
    {
        Id = $"{ModelId}-{times}",
        Prices = new ModelPrices(times * 1_000_000, times * 4_000_000),
    });

    private static ServiceProvider Services() => new ServiceCollection()
        .AddSingleton(Catalog)
        .AddSingleton(new TokenCounters())
        .AddSingleton(TimeProvider.System)
        .AddHybridCache().Services
        .BuildServiceProvider();
}
