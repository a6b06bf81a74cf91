using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TokenThrift.Compression.Retrieval;
using TokenThrift.Compression.Sessions;
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
    private readonly PromptCompressionOptions _options;
    private readonly PromptCompressor _compressor;
    private readonly TokenCounters _counters;
    private readonly CompressionStore _store;
    private readonly Retriever _retriever;
    private readonly ILogger _logger;
    private readonly ModelInfo? _model;

    /// <summary>Initializes a new instance of the <see cref="PromptCompressingChatClient"/> class.</summary>
    /// <param name="innerClient">The client below; its <see cref="ModelInfo"/> service says which model it is.</param>
    /// <param name="options">The options; read once.</param>
    /// <param name="counters">The token counters, or <see langword="null"/> for the shared ones.</param>
    /// <param name="logger">The log, or <see langword="null"/>.</param>
    /// <param name="store">Keeps what is removed; legs of one router share one. <see langword="null"/> for memory of its own.</param>
    /// <exception cref="ArgumentException">An option is out of its limits.</exception>
    public PromptCompressingChatClient(
        IChatClient innerClient,
        PromptCompressionOptions options,
        TokenCounters? counters = null,
        ILogger<PromptCompressingChatClient>? logger = null,
        CompressionStore? store = null)
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
        _model = innerClient.GetService(typeof(ModelInfo)) as ModelInfo;
        _compressor = new PromptCompressor(options, (pass, fault) => _logger.PassFault(fault, pass));
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
            return new CallQuote { Model = _model };
        }

        CompressionPlan? plan = TryPlan(list, options);
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
        if (await TryPrepareAsync(list, options, context, cancellationToken).ConfigureAwait(false) is not { } plan)
        {
            return await base.GetResponseAsync(list, ForInner(options), cancellationToken).ConfigureAwait(false);
        }

        var loop = new RetrievalLoop(plan, _retriever, ScopeOf(context), _options.MaximumRetrievals);
        while (true)
        {
            ChatResponse response = await base.GetResponseAsync(loop.Messages, ForInner(loop.Options), cancellationToken).ConfigureAwait(false);
            if (!await loop.ContinueAsync(response, cancellationToken).ConfigureAwait(false))
            {
                return loop.Complete(response);
            }
        }
    }

    private async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options, RequestContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IReadOnlyList<ChatMessage> list = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        if (await TryPrepareAsync(list, options, context, cancellationToken).ConfigureAwait(false) is not { } plan)
        {
            await foreach (ChatResponseUpdate update in base.GetStreamingResponseAsync(list, ForInner(options), cancellationToken).ConfigureAwait(false))
            {
                yield return update;
            }

            yield break;
        }

        var loop = new RetrievalLoop(plan, _retriever, ScopeOf(context), _options.MaximumRetrievals);
        bool isDone = false;
        while (!isDone)
        {
            var updates = new List<ChatResponseUpdate>();
            await foreach (ChatResponseUpdate update in base.GetStreamingResponseAsync(loop.Messages, ForInner(loop.Options), cancellationToken).ConfigureAwait(false))
            {
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

        loop.Complete(null);
    }

    private static string ScopeOf(RequestContext context) => $"{context.Identity.Tenant}\n{context.Identity.User}";

    /// <summary>Plans a request and makes sure that everything it takes out can be given back before it is sent.</summary>
    private async ValueTask<CompressionPlan?> TryPrepareAsync(
        IReadOnlyList<ChatMessage> messages, ChatOptions? options, RequestContext context, CancellationToken cancellationToken)
    {
        if (TryPlan(messages, options) is not { } plan)
        {
            return null;
        }

        try
        {
            foreach (ResultItem item in plan.Conversation.NewlyRemoved)
            {
                await _store.KeepAsync(ScopeOf(context), item.Reference, item.Original, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // No reference without a stored original.
            _logger.StoreFault(e);
            return null;
        }

        ITokenCounter counter = _counters.For(_model);
        ReceiptRecorder.Of(context).Add(new CompressionRecord
        {
            Attempt = RequestSettings.Attempt.GetOrDefault(options, 0),
            TokensBefore = counter.Count(messages, options),
            TokensAfter = counter.Count(plan.Messages, plan.Options),
            ByPass = plan.ByPass,
            Epoch = plan.Epoch,
        });
        _compressor.Commit(plan);
        return plan;
    }

    private CompressionPlan? TryPlan(IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        // A conversation that the provider keeps is not here to be rewritten.
        if (!_options.Enabled || options?.ConversationId is not null)
        {
            return null;
        }

        try
        {
            return _compressor.Plan(messages, options, _counters.For(_model), _model);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _logger.Fault(e);
            return null;
        }
    }
}
