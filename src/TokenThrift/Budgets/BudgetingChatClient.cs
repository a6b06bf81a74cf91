using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.Requests;
using TokenThrift.Tokens;

namespace TokenThrift.Budgets;

/// <summary>The gate: before a call is sent it holds the most that the call can cost, and settles on what it did cost.</summary>
/// <remarks>
/// Sits in every leg above the <see cref="MeteringChatClient"/>. It refuses only by <see cref="BudgetExceededException"/>, before
/// anything is sent. However the call ends (answer, stream left early, cancellation, failure) the hold ends with it. Safe for
/// concurrent use if the inner client is.
/// </remarks>
public sealed class BudgetingChatClient : ThriftChatClient, ICallQuote
{
    private readonly IBudgets _budgets;
    private readonly TokenCounters _counters;
    private readonly TimeProvider _time;
    private readonly ModelInfo? _model;
    private readonly string? _modelId;
    private readonly ICallQuote? _innerQuote;
    private readonly int _requestsPerCall;

    /// <summary>Initializes a new instance of the <see cref="BudgetingChatClient"/> class.</summary>
    /// <param name="innerClient">The leg below, which ends in a <see cref="MeteringChatClient"/>.</param>
    /// <param name="budgets">The budgets.</param>
    /// <param name="counters">The token counters; <see langword="null"/> for the shared ones.</param>
    /// <param name="time">The clock; <see langword="null"/> for the system's.</param>
    /// <param name="requestsPerCall">
    /// How many requests the provider's client may send for one call, its own retries included, 1 to 20; every one of them may be
    /// billed, so all are held for. <see langword="null"/> takes 3 for the OpenAI client, whose default that is, and 1 for others.
    /// </param>
    /// <exception cref="ArgumentException">There is no <see cref="MeteringChatClient"/> below, so nothing could be settled.</exception>
    public BudgetingChatClient(IChatClient innerClient, IBudgets budgets, TokenCounters? counters = null, TimeProvider? time = null, int? requestsPerCall = null)
        : base(innerClient)
    {
        ArgumentNullException.ThrowIfNull(budgets);
        if (requestsPerCall is < 1 or > 20)
        {
            throw new ArgumentOutOfRangeException(nameof(requestsPerCall), requestsPerCall, "A call sends from 1 to 20 requests.");
        }

        if (innerClient.GetService(typeof(MeteringChatClient)) is null)
        {
            throw new ArgumentException($"The budget gate needs a {nameof(MeteringChatClient)} below it to learn what a call used; UseBudgets adds one.", nameof(innerClient));
        }

        _budgets = budgets;
        _counters = counters ?? TokenCounters.Shared;
        _time = time ?? TimeProvider.System;
        _model = innerClient.GetService(typeof(ModelInfo)) as ModelInfo;
        _modelId = (innerClient.GetService(typeof(ChatClientMetadata)) as ChatClientMetadata)?.DefaultModelId;
        _innerQuote = innerClient.GetService(typeof(ICallQuote)) as ICallQuote;
        _requestsPerCall = requestsPerCall ?? ClientRetries.RequestsPerCall(innerClient);
    }

    /// <inheritdoc/>
    public async ValueTask<CallQuote> QuoteAsync(IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        IReadOnlyList<ChatMessage> sent = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        CallQuote quote = _innerQuote is null ? new CallQuote { Model = _model } : await _innerQuote.QuoteAsync(sent, options, cancellationToken).ConfigureAwait(false);
        (RequestIdentity identity, TaskNode? task) = WhoAsks(sent, options);
        BudgetRequest request = RequestOf(identity, task, quote.Model ?? _model, _modelId, options);
        IReadOnlyList<BudgetState> limits;
        try
        {
            (_, limits) = await ReadAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (BudgetExceededException e)
        {
            return quote with { Refusal = quote.Refusal ?? e.Message, WorstCase = null };
        }

        BudgetPlan plan = Plan(request.Model, sent, options, limits);
        if (plan.Refusal is not null)
        {
            return quote with { Refusal = quote.Refusal ?? plan.Reason, WorstCase = null };
        }

        NanoUsd? worst = plan.Model?.Prices.IsKnown == true ? plan.WorstCase.Usd : null;
        BudgetState? over = _budgets.Options.Observe ? null : limits.FirstOrDefault(s => s.Posted + plan.WorstCase[s.Limit.Meter] > s.Limit.Amount);
        return quote with { WorstCase = worst, Refusal = quote.Refusal ?? (over is null ? null : $"The budget of {over.Scope} does not allow it: {over}.") };
    }

    /// <inheritdoc/>
    public override Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        RequestContext context = RequestContext.GetOrCreate(ref messages, ref options);
        return AnswerAsync(messages as IReadOnlyList<ChatMessage> ?? [.. messages], options, context, cancellationToken);
    }

    /// <inheritdoc/>
    public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        RequestContext context = RequestContext.GetOrCreate(ref messages, ref options);
        return StreamAsync(messages as IReadOnlyList<ChatMessage> ?? [.. messages], options, context, cancellationToken);
    }

    private async Task<ChatResponse> AnswerAsync(IReadOnlyList<ChatMessage> messages, ChatOptions? options, RequestContext context, CancellationToken cancellationToken)
    {
        GatedCall call = await OpenAsync(messages, options, context, cancellationToken).ConfigureAwait(false);
        try
        {
            await call.SendAsync(cancellationToken).ConfigureAwait(false);
            ChatResponse response = await base.GetResponseAsync(messages, ForInner(call.Options), cancellationToken).ConfigureAwait(false);
            call.IsComplete = true;
            call.MayGoOn = response.ContinuationToken is not null;
            if (call.IsCut && response.FinishReason == ChatFinishReason.Length)
            {
                AnswerMarks.MarkCut(response);
            }

            return response;
        }
        finally
        {
            await call.EndAsync().ConfigureAwait(false);
        }
    }

    private async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(
        IReadOnlyList<ChatMessage> messages, ChatOptions? options, RequestContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        GatedCall call = await OpenAsync(messages, options, context, cancellationToken).ConfigureAwait(false);
        try
        {
            await call.SendAsync(cancellationToken).ConfigureAwait(false);
            IAsyncEnumerator<ChatResponseUpdate> updates = base.GetStreamingResponseAsync(messages, ForInner(call.Options), cancellationToken).GetAsyncEnumerator(cancellationToken);
            await using (updates.ConfigureAwait(false))
            {
                while (await updates.MoveNextAsync().ConfigureAwait(false))
                {
                    call.HasSeen = true;
                    call.MayGoOn |= updates.Current.ContinuationToken is not null;
                    await call.KeepAliveAsync().ConfigureAwait(false);
                    if (call.IsCut && updates.Current.FinishReason == ChatFinishReason.Length)
                    {
                        AnswerMarks.MarkCut(updates.Current);
                    }

                    yield return updates.Current;
                }
            }

            call.IsComplete = true;
        }
        finally
        {
            // Reached on the end, on failure, on cancellation and when the reader leaves early; by then the meter below has closed its record.
            await call.EndAsync().ConfigureAwait(false);
        }
    }

    private async ValueTask<GatedCall> OpenAsync(IReadOnlyList<ChatMessage> messages, ChatOptions? options, RequestContext context, CancellationToken cancellationToken)
    {
        ModelInfo? model = _model;
        if (options?.ModelId is { } id && !string.Equals(id, model?.Id, StringComparison.OrdinalIgnoreCase) && _innerQuote is not null)
        {
            // The request names another model than the leg's own; the meter knows which prices apply.
            model = (await _innerQuote.QuoteAsync(messages, options, cancellationToken).ConfigureAwait(false)).Model;
        }

        BudgetRequest request = RequestOf(context.Identity, context.Task, model, _modelId, options);
        (List<BudgetDemand>? demands, IReadOnlyList<BudgetState> limits) = await ReadAsync(request, cancellationToken).ConfigureAwait(false);
        BudgetPlan plan = Plan(model, messages, options, limits);
        BudgetLease lease;
        try
        {
            lease = plan.Refusal is { } refusal
                ? throw new BudgetExceededException(refusal, plan.Reason!)
                : demands is not null && _budgets is BudgetService own
                    ? await own.HoldAsync(request with { WorstCase = plan.WorstCase }, demands, cancellationToken).ConfigureAwait(false)
                    : await _budgets.HoldAsync(request with { WorstCase = plan.WorstCase }, cancellationToken).ConfigureAwait(false);
        }
        catch (BudgetExceededException e)
        {
            ReceiptRecorder.Of(context).Add(new CallRecord
            {
                Attempt = RequestSettings.Attempt.GetOrDefault(options, 0),
                Purpose = RequestSettings.Purpose.GetOrDefault(options, CallPurpose.Answer),
                ModelId = options?.ModelId ?? model?.Id,
                Model = model,
                Cost = NanoUsd.Zero,
                Outcome = CallOutcome.Refused,
                Reason = e.Refusal.ToString(),
            });
            throw;
        }

        return new GatedCall(lease, plan, options, _budgets.Options, _time);
    }

    private async ValueTask<(List<BudgetDemand>? Demands, IReadOnlyList<BudgetState> Limits)> ReadAsync(BudgetRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return _budgets is BudgetService own
                ? await own.PrepareAsync(request, cancellationToken).ConfigureAwait(false)
                : (null, await _budgets.ReadAsync(request, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception e) when (e is not (OperationCanceledException or BudgetExceededException))
        {
            throw new BudgetExceededException(BudgetRefusal.LedgerUnavailable, "The budget ledger cannot be read, and a limit applies to this call, so it was not sent.", innerException: e);
        }
    }

    private BudgetPlan Plan(ModelInfo? model, IReadOnlyList<ChatMessage> messages, ChatOptions? options, IReadOnlyList<BudgetState> limits)
    {
        ITokenCounter counter = _counters.For(model);
        CallHazards hazards = CallHazards.Of(messages, options);
        long? bound = hazards.InputIsOutOfHand ? null : counter.UpperBound(messages, options);
        if (_budgets.Options.InputBound == InputBound.Calibrated)
        {
            double ratio = model is null ? 1 : Math.Max(1, _counters.Calibration.Ratio(model.Id));
            var calibrated = (long)Math.Ceiling(counter.Count(messages, options) * ratio * (1 + Math.Max(0.02, counter.Margin)));
            bound = bound is { } strict ? Math.Min(strict, calibrated) : hazards.InputIsOutOfHand ? calibrated : null;
        }

        return HoldPlanner.Plan(
            new HoldPlanner.Facts
            {
                Model = model,
                InputBound = bound,
                RequestedOutput = options?.MaxOutputTokens,
                Hazards = hazards,
                RequestsPerCall = _requestsPerCall,
            },
            limits,
            _budgets.Options);
    }

    private static BudgetRequest RequestOf(RequestIdentity identity, TaskNode? task, ModelInfo? model, string? modelId, ChatOptions? options) => new()
    {
        Identity = identity,
        Task = task,
        Model = model,
        ModelId = options?.ModelId ?? model?.Id ?? modelId,
        IsFinal = BudgetSettings.IsFinal.GetOrDefault(options, false),
    };

    private static (RequestIdentity Identity, TaskNode? Task) WhoAsks(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        RequestContext context = RequestContext.GetOrCreate(ref messages, ref options);
        return (context.Identity, context.Task);
    }
}
