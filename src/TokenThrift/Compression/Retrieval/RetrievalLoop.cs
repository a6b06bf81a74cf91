using Microsoft.Extensions.AI;
using TokenThrift.Requests;
using TokenThrift.Tokens;

namespace TokenThrift.Compression.Retrieval;

/// <summary>Asks the model again while all that it wants is removed content, and keeps those calls from the application.</summary>
/// <remarks>One object a request; not safe for concurrent use.</remarks>
internal sealed class RetrievalLoop(CompressionPlan plan, Retriever retriever, string scope, int maximum, ITokenCounter counter, bool isAnsweredBelow)
{
    // Where a function loop stands below, it gets the tool to run, and what it gives back is in the application's own history.
    private readonly ChatOptions? _first = plan.Conversation.HasHandles && isAnsweredBelow
        ? new RetrieveFunction(retriever, plan.Conversation, scope, maximum, counter).PutInto(plan.Options) : plan.Options;

    private readonly bool _isActive = plan.Conversation.HasHandles && !isAnsweredBelow;
    private readonly List<HiddenExchange> _exchanges = [];
    private List<ChatMessage>? _extended;
    private ChatOptions? _options;
    private UsageDetails? _usage;
    private int _asked;
    private string _messageId = Guid.NewGuid().ToString("N");
    private bool _sawCall;
    private bool _sawOtherCall;
    private bool _isReported;

    /// <summary>Gets the messages of the next call.</summary>
    public IReadOnlyList<ChatMessage> Messages => (IReadOnlyList<ChatMessage>?)_extended ?? plan.Messages;

    /// <summary>Gets the options of the next call.</summary>
    public ChatOptions? Options => _options ?? _first;

    /// <summary>Gets what the model fetched back.</summary>
    public IReadOnlyList<HiddenExchange> Exchanges => _exchanges;

    /// <summary>Takes in what the provider says of the first call; the others only fetch content back.</summary>
    public void Report(UsageDetails? usage)
    {
        if (!_isReported && usage is not null)
        {
            _isReported = true;
            plan.Conversation.Report(usage.InputTokenCount, usage.CachedInputTokenCount);
        }
    }

    /// <summary>Takes in a complete answer.</summary>
    /// <returns>Whether the model is to be asked again.</returns>
    public async ValueTask<bool> ContinueAsync(ChatResponse response, CancellationToken cancellationToken)
    {
        if (!_isActive)
        {
            return false;
        }

        HiddenExchange? exchange = await retriever.AnswerAsync(response.Messages, plan.Conversation, scope, _asked >= maximum, cancellationToken).ConfigureAwait(false);
        if (exchange is null)
        {
            return false;
        }

        _exchanges.Add(exchange);
        if (exchange.HasOtherCalls || _asked++ > maximum)
        {
            return false;
        }

        _extended = [.. Messages, .. exchange.Full, exchange.Results];
        plan.Conversation.Retrieved(counter.Count([.. exchange.Full, exchange.Results], null));
        if (_options is null)
        {
            _options = plan.Options?.Clone() ?? new ChatOptions();
            RequestSettings.Purpose.Set(_options, CallPurpose.Retrieval);
        }

        Sum(response.Usage);
        _messageId = Guid.NewGuid().ToString("N");
        _sawCall = _sawOtherCall = false;
        return true;
    }

    /// <summary>Makes the answer that the application sees: the parts that are for it of all answers, and the usage of all calls.</summary>
    /// <param name="response">The last answer; <see langword="null"/> where it was streamed.</param>
    public ChatResponse Complete(ChatResponse? response)
    {
        if (_isActive)
        {
            plan.Conversation.Exchange([.. _exchanges]);
        }

        if (response is null)
        {
            return response!;
        }

        Sum(plan.SummaryUsage);
        if (_usage is not null)
        {
            Sum(response.Usage);
            response.Usage = _usage;
        }

        if (_exchanges.Count == 0)
        {
            return response;
        }

        bool isLastHidden = _exchanges[^1].Full.Count > 0 && ReferenceEquals(_exchanges[^1].Full[^1], response.Messages.LastOrDefault());
        response.Messages =
        [
            .. _exchanges.SkipLast(isLastHidden ? 1 : 0).SelectMany(exchange => exchange.Visible),
            .. isLastHidden ? _exchanges[^1].Visible : [.. response.Messages],
        ];
        if (isLastHidden && !_exchanges[^1].HasOtherCalls && response.FinishReason == ChatFinishReason.ToolCalls)
        {
            response.FinishReason = ChatFinishReason.Stop;
        }

        return response;
    }

    /// <summary>Returns what the application sees of an update, or <see langword="null"/> when nothing is left of it.</summary>
    public ChatResponseUpdate? Show(ChatResponseUpdate update)
    {
        if (!_isActive)
        {
            return update;
        }

        if (string.IsNullOrEmpty(update.MessageId))
        {
            // Without an id, what the model said before a retrieval would run together with what it says after.
            update = update.Clone();
            update.MessageId = _messageId;
        }

        bool hasCall = update.Contents.Any(RetrieveTool.IsCall);
        _sawCall |= hasCall;
        _sawOtherCall |= update.Contents.Any(content => content is FunctionCallContent && !RetrieveTool.IsCall(content));
        bool hidesReason = _sawCall && !_sawOtherCall && update.FinishReason is not null;
        if (!hasCall && !hidesReason)
        {
            return update;
        }

        ChatResponseUpdate visible = update.Clone();
        visible.RawRepresentation = null;
        visible.Contents = [.. update.Contents.Where(content => !RetrieveTool.IsCall(content))];
        if (hidesReason)
        {
            // Another answer follows, unless the model has asked too often; then the stream ends as an answer does.
            visible.FinishReason = _asked > maximum ? ChatFinishReason.Stop : null;
        }

        return visible.Contents.Count > 0 || visible.FinishReason is not null ? visible : null;
    }

    private void Sum(UsageDetails? usage)
    {
        if (usage is not null)
        {
            (_usage ??= new UsageDetails()).Add(usage);
        }
    }
}
