using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using TokenThrift.Models;
using TokenThrift.Requests;
using TokenThrift.Tokens;

namespace TokenThrift.Receipts;

/// <summary>The bottom of a leg, right above the provider: records what each call used and cost, and answers for the leg's model.</summary>
/// <remarks>
/// Everything that reaches a provider passes here. It answers <see cref="IChatClient.GetService"/> for
/// <see cref="ModelInfo"/> and <see cref="ICallQuote"/>. Safe for concurrent use if the inner client is.
/// </remarks>
public sealed class MeteringChatClient : ThriftChatClient, ICallQuote
{
    private readonly ModelCatalog _catalog;
    private readonly TokenCounters _counters;
    private readonly TimeProvider _time;
    private readonly ModelInfo? _model;
    private readonly string? _modelId;
    private readonly LegQuoter _quoter;

    /// <summary>Initializes a new instance of the <see cref="MeteringChatClient"/> class.</summary>
    /// <param name="innerClient">The provider's client.</param>
    /// <param name="catalog">The models and their prices.</param>
    /// <param name="counters">The token counters.</param>
    /// <param name="time">The clock.</param>
    /// <param name="modelId">The model of the leg; <see langword="null"/> for the client's own default.</param>
    public MeteringChatClient(IChatClient innerClient, ModelCatalog catalog, TokenCounters counters, TimeProvider time, string? modelId = null)
        : base(innerClient)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(counters);
        ArgumentNullException.ThrowIfNull(time);
        _catalog = catalog;
        _counters = counters;
        _time = time;
        _modelId = modelId ?? (innerClient.GetService(typeof(ChatClientMetadata)) as ChatClientMetadata)?.DefaultModelId;
        _model = catalog.Find(_modelId);
        _quoter = new LegQuoter(counters);
    }

    /// <inheritdoc/>
    public override object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is null && serviceType == typeof(ModelInfo) ? _model : base.GetService(serviceType, serviceKey);
    }

    /// <inheritdoc/>
    public ValueTask<CallQuote> QuoteAsync(IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        cancellationToken.ThrowIfCancellationRequested();
        IReadOnlyList<ChatMessage> prompt = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        return ValueTask.FromResult(_quoter.Quote(ModelOf(options), prompt, options, _time.GetUtcNow()));
    }

    /// <inheritdoc/>
    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        IReadOnlyList<ChatMessage> sent = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        Call call = Open(sent, options);
        try
        {
            ChatResponse response = await base.GetResponseAsync(sent, ForInner(options), cancellationToken).ConfigureAwait(false);
            call.See(response);
            call.Outcome = CallOutcome.Served;
            return response;
        }
        catch (Exception e)
        {
            call.Fail(e, cancellationToken);
            throw;
        }
        finally
        {
            Close(call);
        }
    }

    /// <inheritdoc/>
    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        IReadOnlyList<ChatMessage> sent = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        Call call = Open(sent, options);
        try
        {
            IAsyncEnumerator<ChatResponseUpdate> updates = base.GetStreamingResponseAsync(sent, ForInner(options), cancellationToken).GetAsyncEnumerator(cancellationToken);
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
                        call.Fail(e, cancellationToken);
                        throw;
                    }

                    call.See(updates.Current);
                    yield return updates.Current;
                }
            }

            call.Outcome = CallOutcome.Served;
        }
        finally
        {
            Close(call);
        }
    }

    /// <summary>Finds the model of a request: the one that it names, or that of the leg; <see langword="null"/> where it is not known.</summary>
    internal ModelInfo? ModelOf(ChatOptions? options) => options?.ModelId is { } id && id != _modelId ? _catalog.Find(id) : _model;

    private Call Open(IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        CallSlot? slot = CallSlot.Find(options);
        slot?.MarkSent();
        return new Call(this, messages, options, slot, ModelOf(options), options?.ModelId ?? _modelId, _time.GetTimestamp());
    }

    private void Close(Call call)
    {
        CallRecord record = call.ToRecord();
        _quoter.Learn(record, _time.GetUtcNow());
        ReceiptRecorder? recorder = ReceiptRecorder.Find(call.Options);
        recorder?.Add(record);
        call.Slot?.Complete(record, recorder);
        if (record is { IsEstimated: false, IsUnbilled: false } && (record.Model?.Id ?? record.ServedModelId) is { } served)
        {
            _counters.Calibration.Observe(served, record.CountedInputTokens, record.Usage.Input);
        }
    }

    private sealed class Call(
        MeteringChatClient owner, IReadOnlyList<ChatMessage> messages, ChatOptions? options, CallSlot? slot, ModelInfo? model, string? modelId, long started)
    {
        private readonly System.Text.StringBuilder _text = new();
        private TokenUsage? _usage;
        private TokenUsage? _foreign;
        private bool _unbilled;
        private string? _served;
        private string? _finish;
        private string? _reason;

        public CallSlot? Slot => slot;

        public ChatOptions? Options => options;

        public CallOutcome Outcome { get; set; } = CallOutcome.Cancelled;

        public void See(ChatResponse response)
        {
            _usage = UsageReader.Read(response);
            _served = response.ModelId;
            _finish = response.FinishReason?.Value;
            foreach (ChatMessage message in response.Messages)
            {
                See(message.Contents);
            }
        }

        public void See(ChatResponseUpdate update)
        {
            _served = update.ModelId ?? _served;
            _finish = update.FinishReason?.Value ?? _finish;
            if (UsageReader.Read(update) is { } seen)
            {
                _usage = _usage is { } sum ? sum + seen : seen;
            }

            _foreign = UsageReader.Foreign(update.AdditionalProperties) ?? _foreign;

            See(update.Contents);
        }

        public void Fail(Exception exception, CancellationToken cancellationToken)
        {
            Outcome = exception is OperationCanceledException && cancellationToken.IsCancellationRequested ? CallOutcome.Cancelled : CallOutcome.Failed;
            _reason = exception.GetType().Name;
            _unbilled = Outcome == CallOutcome.Failed && _text.Length == 0 && _usage is null && FailureBilling.IsUnbilled(exception);
        }

        public CallRecord ToRecord()
        {
            // The leg's own entry decides price and vendor; a leg that the catalogue does not know is priced by what answered.
            ModelInfo? known = model ?? owner._catalog.Find(_served);
            ITokenCounter counter = owner._counters.For(known);
            long counted = counter.Count(messages, options);
            TokenUsage? reported = _usage ?? _foreign ?? (_unbilled ? default(TokenUsage) : null);
            TokenUsage usage = reported ?? new TokenUsage(counted, counter.CountText(_text.ToString()));
            bool isPartial = false;
            if (reported is not null && !_unbilled
                && (Outcome is CallOutcome.Cancelled or CallOutcome.Failed || usage.Input == 0 || (usage.Output == 0 && _text.Length > 0)))
            {
                // The stream ended before its end, or a half is missing: what was reported is a lower bound, and so is what was seen.
                long seen = counter.CountText(_text.ToString());
                isPartial = seen > usage.Output || usage.Input == 0;
                usage = usage with { Input = usage.Input == 0 ? counted : usage.Input, Output = Math.Max(usage.Output, seen) };
            }

            return new CallRecord
            {
                Attempt = RequestSettings.Attempt.GetOrDefault(options, 0),
                Purpose = RequestSettings.Purpose.GetOrDefault(options, CallPurpose.Answer),
                ModelId = modelId,
                ServedModelId = _served ?? modelId,
                Model = known,
                Usage = usage,
                CountedInputTokens = counted,
                IsEstimated = reported is null || isPartial,
                IsUnbilled = _unbilled,
                Cost = known is null ? null : UsageCost.Of(usage, known.Prices),
                Held = slot?.Held,
                Needs = CallNeeds.Of(messages, options),
                Outcome = Outcome,
                Reason = _reason,
                FinishReason = _finish,
                Duration = owner._time.GetElapsedTime(started),
                Sent = new SentPrompt(messages, options),
            };
        }

        private void See(IList<AIContent> contents)
        {
            foreach (AIContent content in contents)
            {
                switch (content)
                {
                    case TextContent text:
                        _text.Append(text.Text);
                        break;
                    case TextReasoningContent reasoning:
                        _text.Append(reasoning.Text);
                        break;
                    case FunctionCallContent call:
                        _text.Append(call.Name).Append(ContentText.OfArguments(call.Arguments));
                        break;
                }
            }
        }
    }
}
