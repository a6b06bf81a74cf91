using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
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
    private readonly ILogger _logger;
    private readonly ModelInfo? _model;

    /// <summary>Initializes a new instance of the <see cref="PromptCompressingChatClient"/> class.</summary>
    /// <param name="innerClient">The client below; its <see cref="ModelInfo"/> service says which model it is.</param>
    /// <param name="options">The options; read once.</param>
    /// <param name="counters">The token counters, or <see langword="null"/> for the shared ones.</param>
    /// <param name="logger">The log, or <see langword="null"/>.</param>
    /// <exception cref="ArgumentException">An option is out of its limits.</exception>
    public PromptCompressingChatClient(
        IChatClient innerClient, PromptCompressionOptions options, TokenCounters? counters = null, ILogger<PromptCompressingChatClient>? logger = null)
        : base(innerClient)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Validate() is { } error)
        {
            throw new ArgumentException(error, nameof(options));
        }

        _options = options;
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
        var inner = (ICallQuote?)InnerClient.GetService(typeof(ICallQuote));
        if (inner is null)
        {
            return new CallQuote { Model = _model };
        }

        IReadOnlyList<ChatMessage> list = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        return await inner.QuoteAsync(TryPlan(list, options)?.Messages ?? list, options, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        RequestContext.GetOrCreate(ref messages, ref options);
        return base.GetResponseAsync(Compress(messages, options), ForInner(options), cancellationToken);
    }

    /// <inheritdoc/>
    public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        RequestContext.GetOrCreate(ref messages, ref options);
        return StreamAsync(messages, options, cancellationToken);
    }

    private async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (ChatResponseUpdate update in base.GetStreamingResponseAsync(Compress(messages, options), ForInner(options), cancellationToken).ConfigureAwait(false))
        {
            yield return update;
        }
    }

    private IReadOnlyList<ChatMessage> Compress(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        IReadOnlyList<ChatMessage> list = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        if (TryPlan(list, options) is not { } plan)
        {
            return list;
        }

        ITokenCounter counter = _counters.For(_model);
        ReceiptRecorder.Find(options)?.Add(new CompressionRecord
        {
            Attempt = RequestSettings.Attempt.GetOrDefault(options, 0),
            TokensBefore = counter.Count(list, options),
            TokensAfter = counter.Count(plan.Messages, options),
            ByPass = plan.ByPass,
        });
        return plan.Messages;
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
            return _compressor.Plan(messages, _counters.For(_model));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _logger.Fault(e);
            return null;
        }
    }
}
