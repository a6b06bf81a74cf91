using Microsoft.Extensions.Logging;
using TokenThrift.Budgets;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.Tokens;

namespace Microsoft.Extensions.AI;

/// <summary>Adds budget caps to a chat client.</summary>
public static class BudgetingChatClientBuilderExtensions
{
    /// <summary>Adds the budget gate, and below it the meter where there is none.</summary>
    /// <remarks>Taken from the services where they are not given: <see cref="IBudgets"/>, <see cref="ModelCatalog"/>, <see cref="TokenCounters"/>, <see cref="TimeProvider"/>.</remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="budgets">The budgets; <see langword="null"/> for those of the services.</param>
    /// <param name="requestsPerCall">How many requests the provider's client may send for one call; <see langword="null"/> for its known default.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="InvalidOperationException">There are no budgets.</exception>
    public static ChatClientBuilder UseBudgets(this ChatClientBuilder builder, IBudgets? budgets = null, int? requestsPerCall = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Use((inner, services) =>
        {
            var time = services.GetService(typeof(TimeProvider)) as TimeProvider;
            TokenCounters counters = services.GetService(typeof(TokenCounters)) as TokenCounters ?? TokenCounters.Shared;
            if (inner.GetService(typeof(MeteringChatClient)) is null)
            {
                ModelCatalog catalog = services.GetService(typeof(ModelCatalog)) as ModelCatalog ?? ModelCatalog.Default;
                inner = new MeteringChatClient(inner, catalog, counters, time ?? TimeProvider.System);
            }

            return new BudgetingChatClient(inner, Find(budgets, services), counters, time, requestsPerCall);
        });
    }

    /// <summary>Adds the budget ladder: what to do near a cap and at it. It belongs above the cache and below the function loop.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="budgets">The budgets; <see langword="null"/> for those of the services.</param>
    /// <param name="configure">Changes the rungs, or <see langword="null"/>.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="InvalidOperationException">There are no budgets.</exception>
    public static ChatClientBuilder UseBudgetLadder(this ChatClientBuilder builder, IBudgets? budgets = null, Action<BudgetLadderOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Use((inner, services) =>
        {
            var options = new BudgetLadderOptions();
            configure?.Invoke(options);
            return new BudgetLadderChatClient(inner, Find(budgets, services), options, services.GetService(typeof(ILogger<BudgetLadderChatClient>)) as ILogger<BudgetLadderChatClient>);
        });
    }

    /// <summary>Adds the budget gate to an embedding generator.</summary>
    /// <typeparam name="TEmbedding">The type of the embeddings.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="budgets">The budgets; <see langword="null"/> for those of the services.</param>
    /// <param name="requestsPerCall">How many requests the provider's client may send for one call; <see langword="null"/> for its known default.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="InvalidOperationException">There are no budgets.</exception>
    public static EmbeddingGeneratorBuilder<string, TEmbedding> UseBudgets<TEmbedding>(this EmbeddingGeneratorBuilder<string, TEmbedding> builder, IBudgets? budgets = null, int? requestsPerCall = null)
        where TEmbedding : Embedding
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Use((inner, services) => new BudgetingEmbeddingGenerator<TEmbedding>(
            inner,
            Find(budgets, services),
            services.GetService(typeof(ModelCatalog)) as ModelCatalog ?? ModelCatalog.Default,
            services.GetService(typeof(TokenCounters)) as TokenCounters,
            services.GetService(typeof(TimeProvider)) as TimeProvider,
            requestsPerCall));
    }

    internal static IBudgets Find(IBudgets? budgets, IServiceProvider services) => budgets
        ?? services.GetService(typeof(IBudgets)) as IBudgets
        ?? throw new InvalidOperationException("There are no budgets: pass them, or register IBudgets.");
}
