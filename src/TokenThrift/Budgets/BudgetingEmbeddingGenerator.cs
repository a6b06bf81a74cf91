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
    private readonly int _requestsPerCall;

    /// <summary>Initializes a new instance of the <see cref="BudgetingEmbeddingGenerator{TEmbedding}"/> class.</summary>
    /// <param name="innerGenerator">The generator below.</param>
    /// <param name="budgets">The budgets.</param>
    /// <param name="catalog">The models and their prices.</param>
    /// <param name="counters">The token counters; <see langword="null"/> for the shared ones.</param>
    /// <param name="time">The clock; <see langword="null"/> for the system's.</param>
    /// <param name="requestsPerCall">
    /// How many requests the provider's client may send for one call, its own retries included, 1 to 20; all are held for.
    /// <see langword="null"/> takes 4 for the OpenAI client, whose default that is, and 1 for others.
    /// </param>
    public BudgetingEmbeddingGenerator(IEmbeddingGenerator<string, TEmbedding> innerGenerator, IBudgets budgets, ModelCatalog catalog, TokenCounters? counters = null, TimeProvider? time = null, int? requestsPerCall = null)
        : base(innerGenerator)
    {
        ArgumentNullException.ThrowIfNull(budgets);
        ArgumentNullException.ThrowIfNull(catalog);
        if (requestsPerCall is < 1 or > 20)
        {
            throw new ArgumentOutOfRangeException(nameof(requestsPerCall), requestsPerCall, "A call sends from 1 to 20 requests.");
        }

        _budgets = budgets;
        _catalog = catalog;
        _counters = counters ?? TokenCounters.Shared;
        _time = time ?? TimeProvider.System;
        var metadata = innerGenerator.GetService(typeof(EmbeddingGeneratorMetadata)) as EmbeddingGeneratorMetadata;
        _modelId = metadata?.DefaultModelId;
        _requestsPerCall = requestsPerCall ?? ClientRetries.RequestsPerCall(metadata?.ProviderName);
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
        var request = new BudgetRequest { Identity = task?.Identity ?? RequestIdentity.Anonymous, Task = task, Model = model, ModelId = options?.ModelId ?? _modelId };
        if (model?.Prices.Input is null && !_budgets.Options.Observe
            && (await _budgets.ReadAsync(request, cancellationToken).ConfigureAwait(false)).Any(s => s.Limit.Meter == BudgetMeter.Usd))
        {
            throw new BudgetExceededException(BudgetRefusal.UnknownPrice, $"The price of embedding model '{options?.ModelId ?? _modelId ?? "unknown"}' is not known, so a limit on money does not allow it.");
        }

        // The tokenizers of embedding models may normalise (NFKC); a text has at most two marks around it.
        long bound = values.Sum(v => TokenBound.Text(v).Tokens(TokenBound.UnknownNormalisation) + 2) * _requestsPerCall;
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
            var record = new CallRecord
            {
                Purpose = CallPurpose.Embedding,
                ModelId = request.ModelId,
                ServedModelId = request.ModelId,
                Model = model,
                Held = model?.Prices.Input is null ? null : lease.Held.Usd,
                IsUnbilled = !wasSent,
                Outcome = embeddings is not null ? CallOutcome.Served : cancellationToken.IsCancellationRequested ? CallOutcome.Cancelled : CallOutcome.Failed,
                Duration = _time.GetElapsedTime(started),
            };
            if (!wasSent)
            {
                await lease.VoidAsync().ConfigureAwait(false);
                Record(record, BudgetAmounts.Zero);
            }
            else if (embeddings is null)
            {
                await lease.SettleAsync(lease.Held with { Milliseconds = elapsed }, BudgetEvidence.WorstCase).ConfigureAwait(false);
                Record(record with { IsEstimated = true }, lease.Held);
            }
            else
            {
                long? reported = (embeddings.Usage?.InputTokenCount ?? embeddings.Usage?.TotalTokenCount) is > 0 and { } usage ? usage : null;
                long counted = values.Sum(v => (long)_counters.For(model).CountText(v));
                BudgetAmounts used = AmountsOf(model, reported ?? counted) with { Milliseconds = elapsed };
                await lease.SettleAsync(used, reported is null ? BudgetEvidence.Counted : BudgetEvidence.Reported, model?.Prices.Input is null).ConfigureAwait(false);
                Record(record with { IsEstimated = reported is null, CountedInputTokens = counted }, used);
            }
        }
    }

    // On the receipt of the request that it is for, at what the ledger posts.
    private static void Record(CallRecord record, BudgetAmounts used)
    {
        NanoUsd? cost = record.Model?.Prices.Input is null && !record.IsUnbilled ? null : used.Usd;
        EmbeddingScope.Recorder?.Add(record with { Usage = new TokenUsage(used.InputTokens, 0), Cost = cost, Settled = cost });
    }

    private static BudgetAmounts AmountsOf(ModelInfo? model, long tokens) => new()
    {
        Usd = model?.Prices.Input is { } price ? HoldPrice.Of(new ModelPrices(price, 0), tokens, 0) ?? default : default,
        InputTokens = tokens,
        Calls = 1,
    };
}
