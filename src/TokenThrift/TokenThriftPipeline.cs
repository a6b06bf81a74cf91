using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TokenThrift.Budgets;
using TokenThrift.Compression;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.Routing;
using TokenThrift.Tokens;

namespace TokenThrift;

/// <summary>Puts the decorators together in the order in which they work: receipts, ladder, cache, router, and a leg for each model.</summary>
internal static class TokenThriftPipeline
{
    /// <summary>Builds the pipeline.</summary>
    /// <param name="original">The registered client, which becomes the default leg, or <see langword="null"/>.</param>
    /// <param name="services">The container or scope of the registered client.</param>
    /// <param name="runtime">What the pipelines of the container share.</param>
    /// <param name="options">The options.</param>
    public static IChatClient Build(IChatClient? original, IServiceProvider services, TokenThriftRuntime runtime, TokenThriftOptions options)
    {
        ModelCatalog catalog = runtime.CatalogFor(options);
        TokenCounters counters = runtime.Counters;
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

        IChatClient client = new CheapestCapableChatClient(legs, options.Routing, counters, runtime.Time, loggers?.CreateLogger<CheapestCapableChatClient>());
        client = new BudgetLadderChatClient(client, runtime.Budgets, options.BudgetLadder);
        return new ReceiptingChatClient(client, runtime.Book, options.Receipts, catalog, counters, runtime.Time, loggers?.CreateLogger<ReceiptingChatClient>());

        ModelLeg Leg(IChatClient provider, string? modelId)
        {
            IChatClient leg = new MeteringChatClient(new BorrowedChatClient(provider), catalog, counters, runtime.Time, modelId);
            leg = new BudgetingChatClient(leg, runtime.Budgets, counters, runtime.Time);
            leg = new PromptCompressingChatClient(leg, options.Compression, counters, loggers?.CreateLogger<PromptCompressingChatClient>());
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
