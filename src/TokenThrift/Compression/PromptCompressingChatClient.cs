using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TokenThrift.Compression.Retrieval;
using TokenThrift.Compression.Sessions;
using TokenThrift.Compression.Summaries;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.Requests;
using TokenThrift.Tokens;

namespace TokenThrift.Compression;

/// <summary>Makes prompts smaller before they reach one model, and never dearer.</summary>
/// <remarks>
/// It belongs into a leg, below the function loop, where the model in use is known. The caller's messages are never
/// changed. What was sent once is sent again with the same bytes, so the provider's prompt cache holds. Trouble of its
/// own is logged and the request goes on as it was. Safe for concurrent use if the inner client is.
/// </remarks>
public sealed class PromptCompressingChatClient : ThriftChatClient, ICallQuote
{
    private static readonly TimeSpan FaultWindow = TimeSpan.FromMinutes(1);
    private readonly PromptCompressionOptions _options;
    private readonly CompressedModel _own;
    private readonly ConcurrentDictionary<string, CompressedModel> _others = new(StringComparer.Ordinal);
    private readonly MeteringChatClient? _meter;
    private readonly TokenCounters _counters;
    private readonly CompressionStore _store;
    private readonly Retriever _retriever;
    private readonly ILogger _logger;
    private readonly bool _hasLoopBelow;
    private readonly TimeProvider _time;
    private readonly LogWindow _passFaults;
    private readonly LogWindow _faults;
    private readonly LogWindow _storeFaults;
    private readonly LogWindow _summaryFaults;

    /// <summary>Initializes a new instance of the <see cref="PromptCompressingChatClient"/> class.</summary>
    /// <param name="innerClient">The client below; its <see cref="ModelInfo"/> service says which model it is.</param>
    /// <param name="options">The options; read once.</param>
    /// <param name="counters">The token counters, or <see langword="null"/> for the shared ones.</param>
    /// <param name="logger">The log, or <see langword="null"/>.</param>
    /// <param name="store">Keeps what is removed; legs of one router share one. <see langword="null"/> for memory of its own.</param>
    /// <param name="time">The clock, which tells when the provider's prompt cache has run out; <see langword="null"/> for the system's.</param>
    /// <exception cref="ArgumentException">An option is out of its limits.</exception>
    public PromptCompressingChatClient(
        IChatClient innerClient,
        PromptCompressionOptions options,
        TokenCounters? counters = null,
        ILogger<PromptCompressingChatClient>? logger = null,
        CompressionStore? store = null,
        TimeProvider? time = null)
        : base(innerClient)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Validate() is { } error)
        {
            throw new ArgumentException(error, nameof(options));
        }

        _options = options;
        _store = store ?? new CompressionStore();
        _retriever = new Retriever(_store);
        _counters = counters ?? TokenCounters.Shared;
        _logger = (ILogger?)logger ?? NullLogger.Instance;
        _meter = innerClient.GetService(typeof(MeteringChatClient)) as MeteringChatClient;
        _hasLoopBelow = innerClient.GetService(typeof(FunctionInvokingChatClient)) is not null;
        _time = time ?? TimeProvider.System;
        _passFaults = new LogWindow(_time, FaultWindow);
        _faults = new LogWindow(_time, FaultWindow);
        _storeFaults = new LogWindow(_time, FaultWindow);
        _summaryFaults = new LogWindow(_time, FaultWindow);
        _own = Make(innerClient.GetService(typeof(ModelInfo)) as ModelInfo);
    }

    /// <inheritdoc/>
    public override object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        // Without a client below that can quote, there is no quote to be had here either.
        return serviceKey is null && serviceType == typeof(ICallQuote) && InnerClient.GetService(typeof(ICallQuote)) is null
            ? null : base.GetService(serviceType, serviceKey);
    }

    /// <inheritdoc/>
    public async ValueTask<CallQuote> QuoteAsync(IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        IReadOnlyList<ChatMessage> list = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        if (InnerClient.GetService(typeof(ICallQuote)) is not ICallQuote inner)
        {
            return new CallQuote { Model = ModelFor(options).Info };
        }

        IEnumerable<ChatMessage> asked = list;
        ChatOptions? own = options;
        string scope = ScopeOf(RequestContext.GetOrCreate(ref asked, ref own));
        CompressionPlan? plan = await TryPlanAsync(ModelFor(options), list, options, scope, Terms with { IsQuote = true }, cancellationToken).ConfigureAwait(false);
        return await inner.QuoteAsync(plan?.Messages ?? list, plan is null ? options : plan.Options, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        RequestContext context = RequestContext.GetOrCreate(ref messages, ref options);
        return RespondAsync(messages, options, context, cancellationToken);
    }

    /// <inheritdoc/>
    public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        RequestContext context = RequestContext.GetOrCreate(ref messages, ref options);
        return StreamAsync(messages, options, context, cancellationToken);
    }

    private async Task<ChatResponse> RespondAsync(IEnumerable<ChatMessage> messages, ChatOptions? options, RequestContext context, CancellationToken cancellationToken)
    {
        IReadOnlyList<ChatMessage> list = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        CompressedModel model = ModelFor(options);
        if (await TryPrepareAsync(model, list, options, context, cancellationToken).ConfigureAwait(false) is not { } plan)
        {
            return await base.GetResponseAsync(list, ForInner(options), cancellationToken).ConfigureAwait(false);
        }

        RetrievalLoop loop = LoopFor(model, plan, context);
        while (true)
        {
            ChatResponse response = await base.GetResponseAsync(loop.Messages, ForInner(loop.Options), cancellationToken).ConfigureAwait(false);
            loop.Report(response.Usage);
            if (!await loop.ContinueAsync(response, cancellationToken).ConfigureAwait(false))
            {
                await NoteAsync(model, list, loop, context, cancellationToken).ConfigureAwait(false);
                return loop.Complete(response);
            }
        }
    }

    private async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options, RequestContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IReadOnlyList<ChatMessage> list = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        CompressedModel model = ModelFor(options);
        if (await TryPrepareAsync(model, list, options, context, cancellationToken).ConfigureAwait(false) is not { } plan)
        {
            await foreach (ChatResponseUpdate update in base.GetStreamingResponseAsync(list, ForInner(options), cancellationToken).ConfigureAwait(false))
            {
                yield return update;
            }

            yield break;
        }

        if (plan.SummaryUsage is { } spent)
        {
            yield return new ChatResponseUpdate { Role = ChatRole.Assistant, Contents = [new UsageContent(spent)] };
        }

        RetrievalLoop loop = LoopFor(model, plan, context);
        bool isDone = false;
        while (!isDone)
        {
            var updates = new List<ChatResponseUpdate>();
            await foreach (ChatResponseUpdate update in base.GetStreamingResponseAsync(loop.Messages, ForInner(loop.Options), cancellationToken).ConfigureAwait(false))
            {
                if (update.Contents.OfType<UsageContent>().FirstOrDefault() is { } usage)
                {
                    loop.Report(usage.Details);
                }

                if (plan.Conversation.HasHandles)
                {
                    updates.Add(update);
                }

                if (loop.Show(update) is { } visible)
                {
                    yield return visible;
                }
            }

            isDone = !await loop.ContinueAsync(updates.ToChatResponse(), cancellationToken).ConfigureAwait(false);
        }

        await NoteAsync(model, list, loop, context, cancellationToken).ConfigureAwait(false);
        loop.Complete(null);
    }

    // The next request holds what was fetched back, and another process may be the one to send it.
    private async ValueTask NoteAsync(CompressedModel model, IReadOnlyList<ChatMessage> messages, RetrievalLoop loop, RequestContext context, CancellationToken cancellationToken)
    {
        try
        {
            await model.Log.AppendAsync(ScopeOf(context), messages, loop.Exchanges, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            if (_storeFaults.Enter())
            {
                _logger.StoreFault(e);
            }
        }
    }

    private RetrievalLoop LoopFor(CompressedModel model, CompressionPlan plan, RequestContext context) =>
        new(plan, _retriever, ScopeOf(context), _options.MaximumRetrievals, _counters.For(model.Info), _hasLoopBelow);

    private CompressedModel Make(ModelInfo? model) => new(model, new PromptCompressor(_options, OnPassFault), new EpochLog(_store, model?.Id ?? string.Empty));

    // A request may name another model than the leg's own; the meter knows which, and so which prices and limits apply. Another model has another prompt cache.
    private CompressedModel ModelFor(ChatOptions? options)
    {
        ModelInfo? asked = options?.ModelId is null || _meter is null ? _own.Info : _meter.ModelOf(options);
        if (ReferenceEquals(asked, _own.Info))
        {
            return _own;
        }

        CompressedModel other = _others.GetOrAdd(asked?.Id ?? string.Empty, (_, info) => Make(info), asked);
        return ReferenceEquals(other.Info, asked) ? other : _others[other.Id] = other with { Info = asked };
    }

    private PlanTerms Terms => new() { Now = _time.GetUtcNow(), Called = _store.Called };

    private static string ScopeOf(RequestContext context) => $"{context.Identity.Tenant}\n{context.Identity.User}";

    /// <summary>Plans a request and makes sure that everything it takes out can be given back before it is sent.</summary>
    private async ValueTask<CompressionPlan?> TryPrepareAsync(
        CompressedModel model, IReadOnlyList<ChatMessage> messages, ChatOptions? options, RequestContext context, CancellationToken cancellationToken)
    {
        string scope = ScopeOf(context);
        PlanTerms terms = Terms;
        CompressionPlan? plan = await TryPlanAsync(model, messages, options, scope, terms, cancellationToken).ConfigureAwait(false);
        if (plan?.Summary is { } request)
        {
            (string? summary, UsageDetails? usage) = await TrySummariseAsync(request, cancellationToken).ConfigureAwait(false);
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
            if (_storeFaults.Enter())
            {
                _logger.StoreFault(e);
            }

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
        ReceiptRecorder.Of(context).Add(record);
        model.Compressor.Commit(plan);
        _store.Called.Add(plan.Conversation.Key, model.Id);
        return plan;
    }

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
    private async ValueTask<(string? Summary, UsageDetails? Usage)> TrySummariseAsync(SummaryRequest request, CancellationToken cancellationToken)
    {
        try
        {
            ChatResponse response = await base.GetResponseAsync(request.Messages, ForInner(request.Options), cancellationToken).ConfigureAwait(false);
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
            if (_storeFaults.Enter())
            {
                _logger.StoreFault(e);
            }

            return null;
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
