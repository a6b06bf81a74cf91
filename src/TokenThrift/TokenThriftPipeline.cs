using System.Diagnostics.Metrics;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TokenThrift.Budgets;
using TokenThrift.Caching;
using TokenThrift.Compression;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.Requests;
using TokenThrift.Routing;
using TokenThrift.Text;
using TokenThrift.Tokens;

namespace TokenThrift;

/// <summary>The decorators in the order in which they work, receipts, ladder, cache, router and a leg for each model, over one registered client.</summary>
/// <param name="Options">The options that it was built with.</param>
/// <param name="Original">The client that it was built over, or <see langword="null"/>.</param>
/// <param name="Client">The outermost decorator.</param>
internal sealed record TokenThriftPipeline(TokenThriftOptions Options, IChatClient? Original, IChatClient Client)
{
    /// <summary>Builds the pipeline.</summary>
    /// <param name="original">The registered client, which becomes the default leg, or <see langword="null"/>.</param>
    /// <param name="services">The container.</param>
    /// <param name="runtime">What the pipelines of the container share.</param>
    /// <param name="options">The options.</param>
    public static TokenThriftPipeline Build(IChatClient? original, IServiceProvider services, TokenThriftRuntime runtime, TokenThriftOptions options)
    {
        ModelCatalog catalog = runtime.CatalogFor(options);
        TokenCounters counters = runtime.Counters;
        var policy = new ModelPolicy(options.Policy);
        ILoggerFactory? loggers = services.GetService<ILoggerFactory>();
        var legs = new List<ModelLeg>();
        if (original is not null)
        {
            legs.Add(Leg(original, null));
        }

        foreach (ModelRegistration added in options.AddedModels())
        {
            ModelLeg leg = Leg(Undecorated(runtime.LegClient(added)), added.ModelId);
            if (!legs.Exists(other => string.Equals(other.Id, leg.Id, StringComparison.OrdinalIgnoreCase)))
            {
                legs.Add(leg);
            }
        }

        legs.ForEach(leg => runtime.PriceAges.Check(leg.Model, options.PriceAgeWarning));
        IChatClient client = new CheapestCapableChatClient(legs, options.Routing, counters, runtime.Time, loggers?.CreateLogger<CheapestCapableChatClient>(), policy, services.GetService<IDistributedCache>());
        client = new SemanticCachingChatClient(
            client, runtime.Cache, options.Caching, services.GetService<IMeterFactory>(), runtime.Time, loggers?.CreateLogger<SemanticCachingChatClient>(), Embedder(), services.GetService<ISemanticIndex>(), new HelperModels(catalog, Helper));
        client = new BudgetLadderChatClient(client, runtime.Budgets, options.BudgetLadder, loggers?.CreateLogger<BudgetLadderChatClient>());
        client = new ReceiptingChatClient(client, runtime.Book, options.Receipts, catalog, counters, runtime.Time, loggers?.CreateLogger<ReceiptingChatClient>());
        return new TokenThriftPipeline(options, original, client);

        // Gated and paid for like any call; one that the application has gated itself is left as it is.
        IEmbeddingGenerator<string, Embedding<float>>? Embedder() => SemanticCachingChatClient.FindEmbedder(services) is not { } embedder ? null
            : embedder is LexicalEmbeddingGenerator || embedder.GetService(typeof(BudgetingEmbeddingGenerator<Embedding<float>>)) is not null ? embedder
            : new BudgetingEmbeddingGenerator<Embedding<float>>(embedder, runtime.Budgets, catalog, counters, runtime.Time);

        // A judge's or verifier's calls are metered, bound by policy and held like a leg's. One that is a leg of ours already is left as it is.
        IChatClient Helper(IChatClient client) => client.GetService(typeof(BudgetingChatClient)) is not null ? client : new BudgetingChatClient(
            new PolicyChatClient(new MeteringChatClient(new BorrowedChatClient(client), catalog, counters, runtime.Time), policy, catalog, modelId: null, runtime.Shares),
            runtime.Budgets, counters, runtime.Time, options.Budgets.RequestsPerCall);

        ModelLeg Leg(IChatClient provider, string? modelId)
        {
            IChatClient leg = new MeteringChatClient(modelId is null ? new OriginalChatClient(provider) : new BorrowedChatClient(provider), catalog, counters, runtime.Time, modelId);
            leg = new PolicyChatClient(leg, policy, catalog, modelId, runtime.Shares);
            leg = new BudgetingChatClient(leg, runtime.Budgets, counters, runtime.Time, options.Budgets.RequestsPerCall);
            leg = new PromptCompressingChatClient(leg, options.Compression, counters, loggers?.CreateLogger<PromptCompressingChatClient>(), runtime.Originals, runtime.Time);
            leg = PromptLayers.Over(leg, options.Compression, loggers);
            ModelInfo model = leg.GetService<ModelInfo>() ?? new ModelInfo(modelId ?? (provider.GetService<ChatClientMetadata>()?.DefaultModelId is { Length: > 0 } id ? id : "unknown"));
            return new ModelLeg(model, leg) { RequestModelId = modelId };
        }
    }

    // A leg may be a client of the same container, which was decorated like all the others; inside a leg it is itself.
    private static IChatClient Undecorated(IChatClient client)
    {
        if (client.GetService(typeof(TokenThriftChatClient)) is not TokenThriftChatClient decorated)
        {
            return client.GetService(typeof(FunctionInvokingChatClient)) is null ? client : new DeclarationOnlyToolsChatClient(client);
        }

        return decorated.Original
            ?? throw new InvalidOperationException("A model was added whose client is TokenThrift itself over added models: it would call itself.");
    }
}
