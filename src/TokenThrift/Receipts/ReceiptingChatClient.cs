using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TokenThrift.Models;
using TokenThrift.Requests;
using TokenThrift.Tokens;

namespace TokenThrift.Receipts;

/// <summary>The outermost decorator: writes one <see cref="ThriftReceipt"/> for each request, however it ends.</summary>
/// <remarks>
/// The receipt comes back in the response's additional properties under <see cref="ThriftReceipt.PropertyName"/>; when
/// streaming on an extra, empty, trailing update, so no token waits for it. It is also written when the call throws, is
/// cancelled, or its stream is left early. Under a function loop the last response holds only the last call's receipt:
/// the whole task's figures are in <see cref="TaskSavings"/>. Two of these above one another write one receipt, not two.
/// Safe for concurrent use if the inner client is.
/// </remarks>
public sealed class ReceiptingChatClient : ThriftChatClient
{
    private readonly ReceiptBook _book;
    private readonly ReceiptOptions _options;
    private readonly ModelCatalog _catalog;
    private readonly TokenCounters _counters;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    /// <summary>Initializes a new instance of the <see cref="ReceiptingChatClient"/> class.</summary>
    /// <param name="innerClient">The client below.</param>
    /// <param name="book">Where receipts go.</param>
    /// <param name="options">How receipts are made; <see langword="null"/> for the defaults.</param>
    /// <param name="catalog">The models and their prices; <see langword="null"/> for those that ship with the package.</param>
    /// <param name="counters">The token counters; <see langword="null"/> for the shared ones.</param>
    /// <param name="time">The clock; <see langword="null"/> for the system's.</param>
    /// <param name="logger">The log; <see langword="null"/> for none.</param>
    /// <exception cref="ArgumentException">An option is out of its limits.</exception>
    public ReceiptingChatClient(
        IChatClient innerClient,
        ReceiptBook book,
        ReceiptOptions? options = null,
        ModelCatalog? catalog = null,
        TokenCounters? counters = null,
        TimeProvider? time = null,
        ILogger? logger = null)
        : base(innerClient)
    {
        ArgumentNullException.ThrowIfNull(book);
        _book = book;
        _options = options ?? new ReceiptOptions();
        if (_options.Validate() is { } error)
        {
            throw new ArgumentException(error, nameof(options));
        }

        _catalog = catalog ?? ModelCatalog.Default;
        _counters = counters ?? TokenCounters.Shared;
        _time = time ?? TimeProvider.System;
        _logger = logger ?? NullLogger.Instance;
    }

    /// <inheritdoc/>
    public override object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is null && serviceType == typeof(ReceiptBook) ? _book : base.GetService(serviceType, serviceKey);
    }

    /// <inheritdoc/>
    public override Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return Open(ref messages, ref options) is { } open
            ? AskAsync(open, messages, options, cancellationToken)
            : base.GetResponseAsync(messages, ForInner(options), cancellationToken);
    }

    /// <inheritdoc/>
    public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return Open(ref messages, ref options) is { } open
            ? StreamAsync(open, messages, options, cancellationToken)
            : base.GetStreamingResponseAsync(messages, ForInner(options), cancellationToken);
    }

    private async Task<ChatResponse> AskAsync(OpenReceipt open, IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        using Activity? activity = ThriftTelemetry.Source.StartActivity("tokenthrift.request");
        ChatResponse response;
        try
        {
            response = await base.GetResponseAsync(messages, ForInner(options), cancellationToken).ConfigureAwait(false);
            open.HasAnswered = true;
            open.See(response.Text);
        }
        catch (Exception e)
        {
            open.Error = e;
            _ = await FinishAsync(open, activity).ConfigureAwait(false);
            throw;
        }

        if (await FinishAsync(open, activity).ConfigureAwait(false) is { } receipt && _options.AttachToResponse)
        {
            response.AdditionalProperties = Attach(response.AdditionalProperties, receipt);
        }

        return response;
    }

    private async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(
        OpenReceipt open, IEnumerable<ChatMessage> messages, ChatOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // A lazily read stream opens only when it is read; until then nothing has happened.
        open.Begin(_time);
        using Activity? activity = ThriftTelemetry.Source.StartActivity("tokenthrift.request");
        ChatResponseUpdate? last = null;
        ThriftReceipt? receipt = null;
        try
        {
            IAsyncEnumerator<ChatResponseUpdate> updates = base.GetStreamingResponseAsync(messages, ForInner(options), cancellationToken).GetAsyncEnumerator(cancellationToken);
            await using (updates.ConfigureAwait(false))
            {
                while (true)
                {
                    try
                    {
                        if (!await updates.MoveNextAsync().ConfigureAwait(false))
                        {
                            break;
                        }
                    }
                    catch (Exception e)
                    {
                        open.Error = e;
                        throw;
                    }

                    last = updates.Current;
                    open.HasAnswered = true;
                    open.See(last.Text);
                    yield return last;
                    Activity.Current = activity ?? Activity.Current;
                }
            }
        }
        finally
        {
            receipt = await FinishAsync(open, activity).ConfigureAwait(false);
        }

        if (receipt is not null && _options.AttachToResponse)
        {
            yield return Trailing(last, receipt);
        }
    }

    private OpenReceipt? Open(ref IEnumerable<ChatMessage> messages, ref ChatOptions? options)
    {
        RequestContext context = RequestContext.GetOrCreate(ref messages, ref options, _options.IdentitySelector);
        if (context.Get<OpenReceipt>() is { IsOpen: true })
        {
            return null;
        }

        IReadOnlyList<ChatMessage> sent = ReferenceEquals(messages, context.Messages) ? context.Messages : [.. messages];
        messages = sent;
        var open = new OpenReceipt(context, new SentPrompt(sent, options), Reference(options), _options);
        open.Begin(_time);
        context.Set(open);
        return open;
    }

    private ModelInfo? Reference(ChatOptions? options) =>
        _catalog.Find(_options.ReferenceModelId)
        ?? _catalog.Find(options?.ModelId)
        ?? base.GetService(typeof(ModelInfo)) as ModelInfo
        ?? _catalog.Find((base.GetService(typeof(ChatClientMetadata)) as ChatClientMetadata)?.DefaultModelId);

    private async ValueTask<ThriftReceipt?> FinishAsync(OpenReceipt open, Activity? activity)
    {
        try
        {
            ThriftReceipt receipt = open.Close(_book.Worlds, _counters, _catalog, _time);
            ReceiptActivity.Describe(activity, receipt);
            ReceiptLog.Written(_logger, receipt);
            await _book.AddAsync(receipt, open.Context.Task, CancellationToken.None).ConfigureAwait(false);
            return receipt;
        }
        catch (Exception e)
        {
            // Our own trouble must not take the answer away.
            _book.Failed(nameof(ReceiptingChatClient), e);
            ReceiptLog.ReceiptFailed(_logger, e);
            return null;
        }
    }

    private static AdditionalPropertiesDictionary Attach(AdditionalPropertiesDictionary? properties, ThriftReceipt receipt) =>
        new(properties ?? []) { [ThriftReceipt.PropertyName] = receipt };

    private static ChatResponseUpdate Trailing(ChatResponseUpdate? last, ThriftReceipt receipt) => new(last?.Role, [])
    {
        ResponseId = last?.ResponseId,
        MessageId = last?.MessageId,
        ConversationId = last?.ConversationId,
        ModelId = last?.ModelId,
        AuthorName = last?.AuthorName,
        CreatedAt = last?.CreatedAt,
        AdditionalProperties = Attach(null, receipt),
    };
}
