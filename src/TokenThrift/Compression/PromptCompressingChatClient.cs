using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TokenThrift.Compression.Retrieval;
using TokenThrift.Compression.Summaries;
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
    private readonly CompressionPlanner _planner;
    private readonly TokenCounters _counters;
    private readonly Retriever _retriever;
    private readonly int _maximumRetrievals;
    private readonly bool _hasLoopBelow;

    /// <summary>Initializes a new instance of the <see cref="PromptCompressingChatClient"/> class.</summary>
    /// <param name="innerClient">The client below; its <see cref="Models.ModelInfo"/> service says which model it is.</param>
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

        store ??= new CompressionStore();
        _counters = counters ?? TokenCounters.Shared;
        _retriever = new Retriever(store);
        _maximumRetrievals = options.MaximumRetrievals;
        _hasLoopBelow = innerClient.GetService(typeof(FunctionInvokingChatClient)) is not null;
        _planner = new CompressionPlanner(innerClient, options, _counters, store, (ILogger?)logger ?? NullLogger.Instance, time ?? TimeProvider.System);
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
            return new CallQuote { Model = _planner.ModelFor(options).Info };
        }

        IEnumerable<ChatMessage> asked = list;
        ChatOptions? own = options;
        RequestContext context = RequestContext.GetOrCreate(ref asked, ref own);
        CompressionPlan? plan = await _planner.TryQuoteAsync(_planner.ModelFor(options), list, options, context, cancellationToken).ConfigureAwait(false);
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
        CompressedModel model = _planner.ModelFor(options);
        if (await _planner.TryPrepareAsync(model, list, options, context, AskAsync, cancellationToken).ConfigureAwait(false) is not { } plan)
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
                await _planner.NoteAsync(model, list, loop, context, cancellationToken).ConfigureAwait(false);
                return loop.Complete(response);
            }
        }
    }

    private async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options, RequestContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IReadOnlyList<ChatMessage> list = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        CompressedModel model = _planner.ModelFor(options);
        if (await _planner.TryPrepareAsync(model, list, options, context, AskAsync, cancellationToken).ConfigureAwait(false) is not { } plan)
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

        await _planner.NoteAsync(model, list, loop, context, cancellationToken).ConfigureAwait(false);
        loop.Complete(null);
    }

    private RetrievalLoop LoopFor(CompressedModel model, CompressionPlan plan, RequestContext context) =>
        new(plan, _retriever, CompressionPlanner.ScopeOf(context), _maximumRetrievals, _counters.For(model.Info), _hasLoopBelow);

    private Task<ChatResponse> AskAsync(SummaryRequest request, CancellationToken cancellationToken) =>
        base.GetResponseAsync(request.Messages, ForInner(request.Options), cancellationToken);
}
