using System.Text;
using Microsoft.Extensions.AI;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.Requests;
using TokenThrift.Tokens;

namespace TokenThrift.Budgets;

/// <summary>The gate for embeddings: holds what they can cost before they are asked for, and settles on what they did cost.</summary>
/// <remarks>It charges the ambient task and its scopes. Safe for concurrent use if the inner generator is.</remarks>
/// <typeparam name="TEmbedding">The type of the embeddings.</typeparam>
public sealed class BudgetingEmbeddingGenerator<TEmbedding> : DelegatingEmbeddingGenerator<string, TEmbedding>
    where TEmbedding : Embedding
{
    private readonly IBudgets _budgets;
    private readonly ModelCatalog _catalog;
    private readonly TokenCounters _counters;
    private readonly TimeProvider _time;
    private readonly string? _modelId;

    /// <summary>Initializes a new instance of the <see cref="BudgetingEmbeddingGenerator{TEmbedding}"/> class.</summary>
    /// <param name="innerGenerator">The generator below.</param>
    /// <param name="budgets">The budgets.</param>
    /// <param name="catalog">The models and their prices.</param>
    /// <param name="counters">The token counters; <see langword="null"/> for the shared ones.</param>
    /// <param name="time">The clock; <see langword="null"/> for the system's.</param>
    public BudgetingEmbeddingGenerator(IEmbeddingGenerator<string, TEmbedding> innerGenerator, IBudgets budgets, ModelCatalog catalog, TokenCounters? counters = null, TimeProvider? time = null)
        : base(innerGenerator)
    {
        ArgumentNullException.ThrowIfNull(budgets);
        ArgumentNullException.ThrowIfNull(catalog);
        _budgets = budgets;
        _catalog = catalog;
        _counters = counters ?? TokenCounters.Shared;
        _time = time ?? TimeProvider.System;
        _modelId = (innerGenerator.GetService(typeof(EmbeddingGeneratorMetadata)) as EmbeddingGeneratorMetadata)?.DefaultModelId;
    }

    /// <inheritdoc/>
    public override Task<GeneratedEmbeddings<TEmbedding>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        return GenerateAsync([.. values], options, AmbientTask.Current, cancellationToken);
    }

    private async Task<GeneratedEmbeddings<TEmbedding>> GenerateAsync(string[] values, EmbeddingGenerationOptions? options, TaskNode? task, CancellationToken cancellationToken)
    {
        ModelInfo? model = _catalog.Find(options?.ModelId ?? _modelId);
        var request = new BudgetRequest { Identity = task?.Identity ?? RequestIdentity.Anonymous, Task = task, Model = model };
        if (model?.Prices.Input is null && !_budgets.Options.Observe
            && (await _budgets.ReadAsync(request, cancellationToken).ConfigureAwait(false)).Any(s => s.Limit.Meter == BudgetMeter.Usd))
        {
            throw new BudgetExceededException(BudgetRefusal.UnknownPrice, $"The price of embedding model '{options?.ModelId ?? _modelId ?? "unknown"}' is not known, so a limit on money does not allow it.");
        }

        // Every token of a byte-level tokenizer is at least one byte; a text has at most two marks around it.
        long bound = values.Sum(v => (long)Encoding.UTF8.GetByteCount(v) + 2);
        BudgetLease lease = await _budgets.HoldAsync(request with { WorstCase = AmountsOf(model, bound) }, cancellationToken).ConfigureAwait(false);
        long started = _time.GetTimestamp();
        bool wasSent = false;
        GeneratedEmbeddings<TEmbedding>? embeddings = null;
        try
        {
            await lease.MarkSentAsync(cancellationToken).ConfigureAwait(false);
            wasSent = true;
            embeddings = await base.GenerateAsync(values, options, cancellationToken).ConfigureAwait(false);
            return embeddings;
        }
        catch (Exception e) when (FailureBilling.IsUnbilled(e))
        {
            wasSent = false;
            throw;
        }
        finally
        {
            var elapsed = (long)_time.GetElapsedTime(started).TotalMilliseconds;
            if (!wasSent)
            {
                await lease.VoidAsync().ConfigureAwait(false);
            }
            else if (embeddings is null)
            {
                await lease.SettleAsync(lease.Held with { Milliseconds = elapsed }, BudgetEvidence.WorstCase).ConfigureAwait(false);
            }
            else
            {
                long? reported = embeddings.Usage?.InputTokenCount ?? embeddings.Usage?.TotalTokenCount;
                long tokens = reported ?? values.Sum(v => (long)_counters.For(model).CountText(v));
                await lease.SettleAsync(
                    AmountsOf(model, Math.Max(0, tokens)) with { Milliseconds = elapsed }, reported is null ? BudgetEvidence.Counted : BudgetEvidence.Reported, model?.Prices.Input is null).ConfigureAwait(false);
            }
        }
    }

    private static BudgetAmounts AmountsOf(ModelInfo? model, long tokens) => new()
    {
        Usd = model?.Prices.Input is { } price ? HoldPrice.Of(new ModelPrices(price, 0), tokens, 0) ?? default : default,
        InputTokens = tokens,
        Calls = 1,
    };
}
