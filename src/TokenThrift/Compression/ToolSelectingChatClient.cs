using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TokenThrift.Compression.Tools;
using TokenThrift.Requests;

namespace TokenThrift.Compression;

/// <summary>Shows a session those of an application's many tools that it is likely to need, and lets the model find the others.</summary>
/// <remarks>
/// The tools are chosen once, by what the session opens with. Others are only appended: when the model asks for them with
/// <c>thrift_find_tools</c>, whose calls are answered here and never reach the application, and when the history calls them.
/// Nothing is ever reordered, so the provider's prompt cache breaks only when a tool is added. It belongs below the
/// function loop, which keeps all tools and so can run any of them. Safe for concurrent use if the inner client is.
/// </remarks>
public sealed class ToolSelectingChatClient : ThriftChatClient, ICallQuote
{
    private readonly ToolSelectionOptions _options;
    private readonly ToolSessions _sessions;
    private readonly ILogger _logger;

    /// <summary>Initializes a new instance of the <see cref="ToolSelectingChatClient"/> class.</summary>
    /// <param name="innerClient">The client below.</param>
    /// <param name="options">The options; read once.</param>
    /// <param name="logger">The log, or <see langword="null"/>.</param>
    /// <exception cref="ArgumentException">An option is out of its limits.</exception>
    public ToolSelectingChatClient(IChatClient innerClient, ToolSelectionOptions options, ILogger<ToolSelectingChatClient>? logger = null)
        : base(innerClient)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Validate() is { } error)
        {
            throw new ArgumentException(error, nameof(options));
        }

        _options = options;
        _sessions = new ToolSessions(options);
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
        IReadOnlyList<ChatMessage> list = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        return InnerClient.GetService(typeof(ICallQuote)) is ICallQuote inner
            ? inner.QuoteAsync(list, TryChoose(list, options) is { } choice ? choice.Apply(options!) : options, cancellationToken)
            : ValueTask.FromResult(new CallQuote());
    }

    /// <inheritdoc/>
    public override Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        RequestContext.GetOrCreate(ref messages, ref options);
        return RespondAsync(messages as IReadOnlyList<ChatMessage> ?? [.. messages], options, cancellationToken);
    }

    /// <inheritdoc/>
    public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        RequestContext.GetOrCreate(ref messages, ref options);
        return StreamAsync(messages as IReadOnlyList<ChatMessage> ?? [.. messages], options, cancellationToken);
    }

    private async Task<ChatResponse> RespondAsync(IReadOnlyList<ChatMessage> list, ChatOptions? options, CancellationToken cancellationToken)
    {
        if (TryChoose(list, options) is not { } choice)
        {
            return await base.GetResponseAsync(list, ForInner(options), cancellationToken).ConfigureAwait(false);
        }

        var search = new ToolSearch(choice, _options, list, options!);
        while (true)
        {
            ChatResponse response = await base.GetResponseAsync(search.Messages, ForInner(search.Options), cancellationToken).ConfigureAwait(false);
            bool isAnswered = search.Continue(response);
            _sessions.Keep(choice);
            if (!isAnswered)
            {
                return search.Complete(response);
            }
        }
    }

    private async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(
        IReadOnlyList<ChatMessage> messages, ChatOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ToolChoice? choice = TryChoose(messages, options);
        ToolSearch? search = choice is null ? null : new ToolSearch(choice, _options, messages, options!);
        bool isDone = false;
        while (!isDone)
        {
            var updates = new List<ChatResponseUpdate>();
            await foreach (ChatResponseUpdate update in base.GetStreamingResponseAsync(
                search?.Messages ?? messages, ForInner(search is null ? options : search.Options), cancellationToken).ConfigureAwait(false))
            {
                if (search is null)
                {
                    yield return update;
                    continue;
                }

                updates.Add(update);
                if (search.Show(update) is { } visible)
                {
                    yield return visible;
                }
            }

            isDone = search is null || !search.Continue(updates.ToChatResponse());
            if (choice is not null)
            {
                _sessions.Keep(choice);
            }
        }
    }

    private ToolChoice? TryChoose(IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        try
        {
            return _sessions.Choose(messages, options);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _logger.ToolFault(e);
            return null;
        }
    }
}
