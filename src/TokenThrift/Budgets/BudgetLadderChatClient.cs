using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TokenThrift.Requests;

namespace TokenThrift.Budgets;

/// <summary>What to do near a cap and at it: warn, tell the model, ask for less, wrap up, ask a person, stop.</summary>
/// <remarks>
/// Sits above the cache and below the function loop. It never lets a call through that the gate refuses; it only changes what is
/// asked. Safe for concurrent use if the inner client is.
/// </remarks>
public sealed class BudgetLadderChatClient : ThriftChatClient
{
    /// <summary>The key in a response's additional properties that marks an answer which was asked to wrap up.</summary>
    public const string WrappedUpPropertyName = RequestSettings.Prefix + "wrapped-up";

    private readonly IBudgets _budgets;
    private readonly BudgetLadder _ladder;

    /// <summary>Initializes a new instance of the <see cref="BudgetLadderChatClient"/> class.</summary>
    /// <param name="innerClient">The client below.</param>
    /// <param name="budgets">The budgets.</param>
    /// <param name="options">The rungs; <see langword="null"/> for the defaults.</param>
    /// <param name="logger">Where failures of the application's handlers are told of, once a minute; <see langword="null"/> for nowhere.</param>
    /// <exception cref="ArgumentException">A setting is outside its limits.</exception>
    public BudgetLadderChatClient(IChatClient innerClient, IBudgets budgets, BudgetLadderOptions? options = null, ILogger<BudgetLadderChatClient>? logger = null)
        : base(innerClient)
    {
        ArgumentNullException.ThrowIfNull(budgets);
        options ??= new BudgetLadderOptions();
        if (options.Validate() is { } wrong)
        {
            throw new ArgumentException(wrong, nameof(options));
        }

        _budgets = budgets;
        _ladder = new BudgetLadder(options, new BudgetLog(logger ?? NullLogger<BudgetLadderChatClient>.Instance, TimeProvider.System));
    }

    /// <summary>Gets the finish reason of a final message at the cap.</summary>
    public static ChatFinishReason BudgetExceeded { get; } = new("budget_exceeded");

    /// <inheritdoc/>
    public override Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        RequestContext context = RequestContext.GetOrCreate(ref messages, ref options);
        return AnswerAsync(messages as IReadOnlyList<ChatMessage> ?? [.. messages], options, context, cancellationToken);
    }

    /// <inheritdoc/>
    public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        RequestContext context = RequestContext.GetOrCreate(ref messages, ref options);
        return StreamAsync(messages as IReadOnlyList<ChatMessage> ?? [.. messages], options, context, cancellationToken);
    }

    private async Task<ChatResponse> AnswerAsync(IReadOnlyList<ChatMessage> messages, ChatOptions? options, RequestContext context, CancellationToken cancellationToken)
    {
        BudgetLadder.Step step = await BeginAsync(messages, options, context, cancellationToken).ConfigureAwait(false);
        while (true)
        {
            try
            {
                ChatResponse response = await base.GetResponseAsync(step.Messages, ForInner(step.Options), cancellationToken).ConfigureAwait(false);
                if (step.WrapsUp is not null)
                {
                    (response.AdditionalProperties ??= [])[WrappedUpPropertyName] = true;
                }

                return response;
            }
            catch (BudgetExceededException e)
            {
                if (await _ladder.NextAsync(step, e, context, cancellationToken).ConfigureAwait(false) is { } next)
                {
                    step = next;
                }
                else if (_ladder.FinalMessage(e) is { } message)
                {
                    return new ChatResponse(message) { FinishReason = BudgetExceeded };
                }
                else
                {
                    throw;
                }
            }
        }
    }

    private async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(
        IReadOnlyList<ChatMessage> messages, ChatOptions? options, RequestContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        BudgetLadder.Step step = await BeginAsync(messages, options, context, cancellationToken).ConfigureAwait(false);
        while (true)
        {
            BudgetLadder.Step? next = null;
            ChatMessage? final = null;
            bool hasGiven = false;
            IAsyncEnumerator<ChatResponseUpdate> updates = base.GetStreamingResponseAsync(step.Messages, ForInner(step.Options), cancellationToken).GetAsyncEnumerator(cancellationToken);
            await using (updates.ConfigureAwait(false))
            {
                while (true)
                {
                    try
                    {
                        if (!await updates.MoveNextAsync().ConfigureAwait(false))
                        {
                            yield break;
                        }
                    }
                    catch (BudgetExceededException e) when (!hasGiven)
                    {
                        // The gate refuses before anything is sent, so nothing has been given out yet.
                        next = await _ladder.NextAsync(step, e, context, cancellationToken).ConfigureAwait(false);
                        final = next is null ? _ladder.FinalMessage(e) : null;
                        if (next is null && final is null)
                        {
                            throw;
                        }

                        break;
                    }

                    ChatResponseUpdate update = updates.Current;
                    if (step.WrapsUp is not null && !hasGiven)
                    {
                        (update.AdditionalProperties ??= [])[WrappedUpPropertyName] = true;
                    }

                    hasGiven = true;
                    yield return update;
                }
            }

            if (final is not null)
            {
                yield return new ChatResponseUpdate(final.Role, final.Contents) { FinishReason = BudgetExceeded };
                yield break;
            }

            step = next!;
        }
    }

    private async ValueTask<BudgetLadder.Step> BeginAsync(IReadOnlyList<ChatMessage> messages, ChatOptions? options, RequestContext context, CancellationToken cancellationToken)
    {
        IReadOnlyList<BudgetState> states;
        try
        {
            states = await _budgets.ReadAsync(new BudgetRequest { Identity = context.Identity, Task = context.Task }, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The gate below decides what a ledger that fails means; here it only means that nothing is known.
            states = [];
        }

        return _ladder.Begin(new BudgetLadder.Step(messages, options), states, context);
    }
}
