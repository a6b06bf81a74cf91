using System.Collections.Concurrent;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using TokenThrift.Compression.Retrieval;
using TokenThrift.Compression.Sessions;
using TokenThrift.Compression.Summaries;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.Requests;
using TokenThrift.Tokens;

namespace TokenThrift.Compression;

/// <summary>
/// Turns requests into plans and keeps what must be kept before one is sent. Trouble of its own is logged once a minute, and the request goes on
/// as it was. Safe for concurrent use.
/// </summary>
internal sealed class CompressionPlanner
{
    private static readonly TimeSpan FaultWindow = TimeSpan.FromMinutes(1);
    private readonly PromptCompressionOptions _options;
    private readonly TokenCounters _counters;
    private readonly CompressionStore _store;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly MeteringChatClient? _meter;
    private readonly CompressedModel _own;
    private readonly ConcurrentDictionary<string, CompressedModel> _others = new(StringComparer.Ordinal);
    private readonly LogWindow _passFaults;
    private readonly LogWindow _faults;
    private readonly LogWindow _storeFaults;
    private readonly LogWindow _summaryFaults;

    /// <summary>Initializes a new instance of the <see cref="CompressionPlanner"/> class.</summary>
    /// <param name="inner">The client below, which says which models there are.</param>
    /// <param name="options">The options; valid.</param>
    /// <param name="counters">The token counters.</param>
    /// <param name="store">Keeps originals and logs.</param>
    /// <param name="logger">The log.</param>
    /// <param name="time">The clock.</param>
    public CompressionPlanner(IChatClient inner, PromptCompressionOptions options, TokenCounters counters, CompressionStore store, ILogger logger, TimeProvider time)
    {
        _options = options;
        _counters = counters;
        _store = store;
        _logger = logger;
        _time = time;
        _meter = inner.GetService(typeof(MeteringChatClient)) as MeteringChatClient;
        _passFaults = new LogWindow(time, FaultWindow);
        _faults = new LogWindow(time, FaultWindow);
        _storeFaults = new LogWindow(time, FaultWindow);
        _summaryFaults = new LogWindow(time, FaultWindow);
        _own = Make(inner.GetService(typeof(ModelInfo)) as ModelInfo);
    }

    /// <summary>Says whose originals and logs a request may read and write.</summary>
    public static string ScopeOf(RequestContext context) => $"{context.Identity.Tenant}\n{context.Identity.User}";

    /// <summary>Finds what belongs to the model of a request. It may name another than the leg's own; the meter knows which, and so which prices and limits apply. Another model has another prompt cache.</summary>
    public CompressedModel ModelFor(ChatOptions? options)
    {
        ModelInfo? asked = options?.ModelId is null || _meter is null ? _own.Info : _meter.ModelOf(options);
        if (ReferenceEquals(asked, _own.Info))
        {
            return _own;
        }

        CompressedModel other = _others.GetOrAdd(asked?.Id ?? string.Empty, (_, info) => Make(info), asked);
        return ReferenceEquals(other.Info, asked) ? other : _others[other.Id] = other with { Info = asked };
    }

    /// <summary>Plans a request to have a price for it; nothing is kept. Returns <see langword="null"/> where the request would go on as it is.</summary>
    public ValueTask<CompressionPlan?> TryQuoteAsync(CompressedModel model, IReadOnlyList<ChatMessage> messages, ChatOptions? options, RequestContext context, CancellationToken cancellationToken) =>
        TryPlanAsync(model, messages, options, ScopeOf(context), Terms with { IsQuote = true }, cancellationToken);

    /// <summary>Plans a request and makes sure that everything it takes out can be given back before it is sent.</summary>
    /// <param name="model">The model.</param>
    /// <param name="messages">The history.</param>
    /// <param name="options">The options.</param>
    /// <param name="context">The request.</param>
    /// <param name="ask">Asks the client below, gated and paid for like any call.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>The plan, or <see langword="null"/> where the request is to go on as it is.</returns>
    public async ValueTask<CompressionPlan?> TryPrepareAsync(
        CompressedModel model,
        IReadOnlyList<ChatMessage> messages,
        ChatOptions? options,
        RequestContext context,
        Func<SummaryRequest, CancellationToken, Task<ChatResponse>> ask,
        CancellationToken cancellationToken)
    {
        string scope = ScopeOf(context);
        PlanTerms terms = Terms;
        CompressionPlan? plan = await TryPlanAsync(model, messages, options, scope, terms, cancellationToken).ConfigureAwait(false);
        if (plan?.Summary is { } request)
        {
            (string? summary, UsageDetails? usage) = await TrySummariseAsync(request, ask, cancellationToken).ConfigureAwait(false);
            // What is left out is the same or more: the summary takes room too.
            terms = terms with { Summary = summary };
            plan = summary is null ? plan : await TryPlanAsync(model, messages, options, scope, terms, cancellationToken).ConfigureAwait(false);
            plan = plan is null ? null : plan with { SummaryUsage = usage };
        }

        try
        {
            foreach (ResultItem item in plan?.Conversation.NewlyRemoved ?? [])
            {
                await _store.KeepAsync(scope, item.Reference, item.Original, cancellationToken).ConfigureAwait(false);
            }

            if (plan is not null)
            {
                await model.Log.AppendAsync(scope, messages, plan, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // No reference without a stored original, and no epoch without its entry: what was sent before is sent again, as far as it fits.
            OnStoreFault(e);

            CompressionPlan? kept = await TryPlanAsync(model, messages, options, scope, terms with { IsKeeping = true }, cancellationToken).ConfigureAwait(false);
            plan = kept is null ? null : kept with { SummaryUsage = plan?.SummaryUsage };
        }

        if (plan is null)
        {
            return null;
        }

        ITokenCounter counter = _counters.For(model.Info);
        var record = new CompressionRecord
        {
            Attempt = RequestSettings.Attempt.GetOrDefault(options, 0),
            TokensBefore = plan.TokensBefore + counter.Count([], options),
            TokensAfter = plan.TokensAfter + counter.Count([], plan.Options),
            ByPass = plan.ByPass,
            Epoch = plan.Epoch,
            CachedTokensExpected = plan.Conversation.Account.Last?.Prefix,
            CachedTokensExpectedBefore = plan.Conversation.Account.Last?.PrefixBefore,
            NetNanoUsd = plan.Prices is null ? null : (long?)((plan.Conversation.Account.Last?.Saved ?? 0) / 1000),
        };
        plan.Conversation.Last = plan.Conversation.Last! with { Counted = record.TokensAfter };
        ReceiptRecorder.Of(context).Add(record);
        model.Compressor.Commit(plan);
        _store.Called.Add(plan.Conversation.Key, model.Id);
        return plan;
    }

    /// <summary>Keeps what was fetched back: the next request holds it, and another process may be the one to send it.</summary>
    public async ValueTask NoteAsync(CompressedModel model, IReadOnlyList<ChatMessage> messages, RetrievalLoop loop, RequestContext context, CancellationToken cancellationToken)
    {
        try
        {
            await model.Log.AppendAsync(ScopeOf(context), messages, loop.Exchanges, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            OnStoreFault(e);
        }
    }

    private PlanTerms Terms => new() { Now = _time.GetUtcNow(), Called = _store.Called };

    private CompressedModel Make(ModelInfo? model) => new(model, new PromptCompressor(_options, OnPassFault), new EpochLog(_store, model?.Id ?? string.Empty));

    private async ValueTask<CompressionPlan?> TryPlanAsync(
        CompressedModel model, IReadOnlyList<ChatMessage> messages, ChatOptions? options, string scope, PlanTerms terms, CancellationToken cancellationToken)
    {
        // A conversation that the provider keeps is not here to be rewritten.
        if (!_options.Enabled || options?.ConversationId is not null || messages.Count == 0)
        {
            return null;
        }

        try
        {
            // The log is asked only where this process does not know the conversation itself.
            HistoryChain history = HistoryChain.Of(messages);
            ITokenCounter counter = _counters.For(model.Info);
            SessionLog? log = model.Compressor.NeedsLog(history, options, counter, model.Info) ? await TryReadLogAsync(model, scope, messages, cancellationToken).ConfigureAwait(false) : null;
            return model.Compressor.Plan(messages, options, counter, model.Info, terms with { History = history, Log = log });
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            if (_faults.Enter())
            {
                _logger.Fault(e);
            }

            return null;
        }
    }

    // The gate below may refuse it, as any call: then there is no summary, and the answer itself is asked for or refused in its turn.
    private async ValueTask<(string? Summary, UsageDetails? Usage)> TrySummariseAsync(
        SummaryRequest request, Func<SummaryRequest, CancellationToken, Task<ChatResponse>> ask, CancellationToken cancellationToken)
    {
        try
        {
            ChatResponse response = await ask(request, cancellationToken).ConfigureAwait(false);
            return (SummaryRequest.Read(response), response.Usage);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            if (_summaryFaults.Enter())
            {
                _logger.SummaryFault(e);
            }

            return (null, null);
        }
    }

    private async ValueTask<SessionLog?> TryReadLogAsync(CompressedModel model, string scope, IReadOnlyList<ChatMessage> messages, CancellationToken cancellationToken)
    {
        try
        {
            return await model.Log.ReadAsync(scope, messages, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            OnStoreFault(e);

            return null;
        }
    }

    private void OnStoreFault(Exception fault)
    {
        if (_storeFaults.Enter())
        {
            _logger.StoreFault(fault);
        }
    }

    private void OnPassFault(string pass, Exception fault)
    {
        if (_passFaults.Enter())
        {
            _logger.PassFault(fault, pass);
        }
    }
}
