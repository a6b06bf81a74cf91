using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TokenThrift.Compression.Hygiene;
using TokenThrift.Requests;

namespace TokenThrift.Compression;

/// <summary>Finds what keeps the provider's prompt cache from holding, reports it, and where it is told to puts it right.</summary>
/// <remarks>
/// It belongs above prompt compression, whose memory of a conversation needs a stable opening too. The caller's messages
/// and options are never changed. Trouble of its own is logged and the request goes on as it was. Safe for concurrent
/// use if the inner client is.
/// </remarks>
public sealed class PromptHygieneChatClient : ThriftChatClient, ICallQuote
{
    private readonly PromptHygieneOptions _options;
    private readonly PromptHistory _history = new();
    private readonly ILogger _logger;

    /// <summary>Initializes a new instance of the <see cref="PromptHygieneChatClient"/> class.</summary>
    /// <param name="innerClient">The client below.</param>
    /// <param name="options">The options.</param>
    /// <param name="logger">The log, or <see langword="null"/>.</param>
    public PromptHygieneChatClient(IChatClient innerClient, PromptHygieneOptions options, ILogger<PromptHygieneChatClient>? logger = null)
        : base(innerClient)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _logger = (ILogger?)logger ?? NullLogger.Instance;
    }

    /// <inheritdoc/>
    public override object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is null && serviceType == typeof(ICallQuote) && InnerClient.GetService(typeof(ICallQuote)) is null
            ? null : base.GetService(serviceType, serviceKey);
    }

    /// <inheritdoc/>
    public ValueTask<CallQuote> QuoteAsync(IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        (IReadOnlyList<ChatMessage> stable, ChatMessage? note, ChatOptions? with) = Stabilise(messages as IReadOnlyList<ChatMessage> ?? [.. messages], options);
        return InnerClient.GetService(typeof(ICallQuote)) is ICallQuote inner ? inner.QuoteAsync(note is null ? stable : [.. stable, note], with, cancellationToken) : ValueTask.FromResult(new CallQuote());
    }

    /// <inheritdoc/>
    public override Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        (IReadOnlyList<ChatMessage> sent, ChatOptions? with) = Prepare(messages, options);
        return base.GetResponseAsync(sent, ForInner(with), cancellationToken);
    }

    /// <inheritdoc/>
    public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        (IReadOnlyList<ChatMessage> sent, ChatOptions? with) = Prepare(messages, options);
        return base.GetStreamingResponseAsync(sent, ForInner(with), cancellationToken);
    }

    private (IReadOnlyList<ChatMessage> Messages, ChatOptions? Options) Prepare(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        RequestContext context = RequestContext.GetOrCreate(ref messages, ref options);
        IReadOnlyList<ChatMessage> list = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        (IReadOnlyList<ChatMessage> stable, ChatMessage? note, ChatOptions? with) = Stabilise(list, options);
        // What is compared is what would be sent: what was put right is no finding. A conversation that the provider keeps has no history here.
        if (_options.Report && options?.ConversationId is null)
        {
            Report(stable, with, context);
        }

        return (note is null ? stable : [.. stable, note], with);
    }

    private (IReadOnlyList<ChatMessage> Messages, ChatMessage? Note, ChatOptions? Options) Stabilise(IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        try
        {
            ChatMessage? note = null;
            IReadOnlyList<ChatMessage> stable = _options.SortJson ? PromptStabiliser.SortJson(messages) : messages;
            stable = _options.MoveVolatileLines ? VolatileText.TakeOut(stable, out note) : stable;
            stable = _options.MarkBreakpoints ? PromptCacheBreakpoints.Place(stable, _options.WriteBreakpoint) : stable;
            return (stable, note, _options.SortTools ? PromptStabiliser.SortTools(options) : options);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _logger.HygieneFault(e);
            return (messages, null, options);
        }
    }

    private void Report(IReadOnlyList<ChatMessage> messages, ChatOptions? options, RequestContext context)
    {
        try
        {
            foreach (PromptHygieneFinding finding in _history.Add($"{context.Identity.Tenant}\n{context.Identity.User}", messages, options))
            {
                _logger.Finding(finding.Issue, finding.MessageIndex, finding.Detail);
                _options.OnFinding?.Invoke(finding);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _logger.HygieneFault(e);
        }
    }
}
