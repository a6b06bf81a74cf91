using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TokenThrift.Lessons;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.Requests;
using TokenThrift.Tokens;

namespace TokenThrift.Routing;

/// <summary>Asks the cheapest model that can answer a request, checks the answer, and asks a stronger one where it will not do.</summary>
/// <remarks>
/// With one leg a request passes straight through, streaming untouched. With more, a streamed answer is held back while
/// a stronger model could still take over; once a word has been shown, the model is never changed. The first leg is the
/// default one: it answers for <see cref="ChatClientMetadata"/>. Disposing the router disposes the clients of all legs.
/// Safe for concurrent use if the legs' clients are.
/// </remarks>
public sealed class CheapestCapableChatClient : ThriftChatClient
{
    /// <summary>The key in a response's additional properties under which an answer that failed its checks says why.</summary>
    public const string DegradedProperty = AnswerMarks.DegradedKey;

    private readonly LegState[] _legs;
    private readonly RoutingOptions _options;
    private readonly LegSurveyor _surveyor;
    private readonly RoutePlanner _planner;
    private readonly AnswerChecker _checker;
    private readonly RoutingMemory _memory;
    private readonly ConversationMemory _conversations;
    private readonly LearningKeeper _keeper;
    private readonly RouteExecutor _executor;

    /// <summary>Initializes a new instance of the <see cref="CheapestCapableChatClient"/> class.</summary>
    /// <param name="legs">The models, the default one first.</param>
    /// <param name="options">The settings; <see langword="null"/> for the defaults.</param>
    /// <param name="counters">The token counters; <see langword="null"/> for the shared ones.</param>
    /// <param name="time">The clock; <see langword="null"/> for the system's.</param>
    /// <param name="logger">The log; <see langword="null"/> for none.</param>
    /// <param name="policy">Who may see which request; <see langword="null"/> for everybody.</param>
    /// <param name="store">Where what is learnt is kept beyond the process, given a <see cref="RoutingOptions.Secret"/>; <see langword="null"/> for nowhere.</param>
    /// <exception cref="ArgumentException">There is no leg, two legs have one id, or a setting is out of its limits.</exception>
    public CheapestCapableChatClient(
        IReadOnlyList<ModelLeg> legs,
        RoutingOptions? options = null,
        TokenCounters? counters = null,
        TimeProvider? time = null,
        ILogger<CheapestCapableChatClient>? logger = null,
        ModelPolicy? policy = null,
        IDistributedCache? store = null)
        : base(DefaultOf(legs))
    {
        _options = options ?? new RoutingOptions();
        if (_options.Validate() is { } error)
        {
            throw new ArgumentException(error, nameof(options));
        }

        time ??= TimeProvider.System;
        logger ??= NullLogger<CheapestCapableChatClient>.Instance;
        var faults = new RoutingFaults(logger, time);
        var failures = new FailureReader(_options.ClassifyFailure, time, faults);
        _legs = LegStates.Of(legs, _options, failures, counters ?? TokenCounters.Shared, time, faults, logger);
        if (_options.Secret is not null && store is null && _legs.Length > 1)
        {
            RoutingLog.NothingToKeepIn(logger);
        }

        RoutingStore? kept = RoutingStore.Of(store, _options.Secret);
        PassTally? untold = kept is null ? null : new PassTally();
        _memory = new RoutingMemory(_options, _legs, untold);
        var lengths = new OutputLengths();
        _surveyor = new LegSurveyor(_legs, policy, lengths, _options);
        SharedConversations? shared = kept is null ? null : new SharedConversations(
            kept, new StoreGuard(new HelperTimeout(RoutingStore.Patience, time), (what, fault) => faults.SteppedOver($"The store of who serves a conversation ({what})", fault), time));
        _conversations = new ConversationMemory(time, shared);
        _planner = new RoutePlanner(_legs, _memory, _conversations, _surveyor);
        IAnswerCheck[] checks = [.. AnswerChecker.BuiltIn, .. _options.Checks];
        _checker = new AnswerChecker(checks, faults);
        var judge = new AnswerJudge(new AnswerChecker([.. checks, .. Judges()], faults), _memory, _options);
        _keeper = new LearningKeeper(_memory, untold, kept, _options, _legs, checks.Select(check => check.Name), faults, time);
        _executor = new RouteExecutor(
            _planner, judge, _memory, _keeper, _conversations, lengths, new AuditDraw(_memory, _keeper, _options, faults), failures, _options, time, logger);
    }

    /// <inheritdoc/>
    public override object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);

        // A quote of the default leg would be taken for the router's.
        return serviceKey is null && _legs.Length > 1 && serviceType == typeof(ICallQuote) ? null : base.GetService(serviceType, serviceKey);
    }

    /// <inheritdoc/>
    public override Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        RequestContext context = RequestContext.GetOrCreate(ref messages, ref options);
        IReadOnlyList<ChatMessage> sent = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        return _legs.Length == 1
            ? PassAsync(sent, options, context, cancellationToken)
            : _executor.AnswerAsync(sent, options, context, cancellationToken);
    }

    /// <inheritdoc/>
    public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        RequestContext context = RequestContext.GetOrCreate(ref messages, ref options);
        IReadOnlyList<ChatMessage> sent = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        return _legs.Length == 1
            ? PassStreamingAsync(sent, options, context, cancellationToken)
            : _executor.StreamAsync(sent, options, context, cancellationToken);
    }

    /// <summary>Says what would be done with a request, without asking any model.</summary>
    /// <param name="messages">The messages.</param>
    /// <param name="options">The options, or <see langword="null"/>.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>The decision: who would be asked first, who next, who not and why.</returns>
    public Task<RoutingDecision> ExplainAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);

        // Whose conversation it is decides with the rest.
        _ = RequestContext.GetOrCreate(ref messages, ref options);
        return ExplainCoreAsync(messages as IReadOnlyList<ChatMessage> ?? [.. messages], options, cancellationToken);
    }

    /// <summary>Learns how well models answered a request.</summary>
    /// <remarks>
    /// Where <see cref="RoutingOptions.QualityFloor"/> is set, every second outcome that covers two models or more is kept
    /// apart to calibrate the promise, and nothing is learnt from it.
    /// </remarks>
    /// <param name="outcome">The outcome; ids that are not those of a leg are ignored.</param>
    /// <param name="cancellationToken">Cancels the checks that are run over the answers; the judge is not among them.</param>
    /// <returns>The work.</returns>
    public async Task LearnAsync(RoutingOutcome outcome, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        var evidence = new Dictionary<string, AnswerEvidence>(StringComparer.OrdinalIgnoreCase);
        var quality = new Dictionary<string, double>(StringComparer.OrdinalIgnoreCase);
        foreach (LegState leg in _legs)
        {
            if (outcome.Quality.TryGetValue(leg.Id, out double known))
            {
                quality[leg.Id] = Math.Clamp(known, 0, 1);
                if (outcome.Answers.TryGetValue(leg.Id, out ChatResponse? answer))
                {
                    evidence[leg.Id] = await _checker.GatherAsync(
                        new AnswerCheckContext(outcome.Messages, outcome.Options, answer, leg.Model), cancellationToken).ConfigureAwait(false);
                }
            }
        }

        if (quality.Count > 0)
        {
            await _keeper.RecallAsync(cancellationToken).ConfigureAwait(false);
            _keeper.Learn(RequestFeatures.Of(outcome.Messages, outcome.Options), quality, evidence);
            await _keeper.ExchangeAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Says what the promise rests on, for each model that is cheaper than the strongest.</summary>
    /// <returns>What is certified, by the id of the leg; empty without <see cref="RoutingOptions.QualityFloor"/> or before the first pair.</returns>
    public IReadOnlyDictionary<string, QualityCertificate> Certificates() => _memory.Guarantee?.Certificates() ?? new Dictionary<string, QualityCertificate>();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (IChatClient client in _legs.Select(l => l.Leg.Client).Distinct())
            {
                client.Dispose();
            }
        }

        base.Dispose(disposing);
    }

    private static IChatClient DefaultOf(IReadOnlyList<ModelLeg> legs)
    {
        ArgumentNullException.ThrowIfNull(legs);
        return legs.Count > 0 ? legs[0].Client : throw new ArgumentException("There must be at least one model.", nameof(legs));
    }

    private IEnumerable<IAnswerCheck> Judges()
    {
        if (_options.JudgeModelId is { } id)
        {
            LegState judge = Array.Find(_legs, leg => string.Equals(leg.Id, id, StringComparison.OrdinalIgnoreCase))
                ?? throw new ArgumentException($"{nameof(RoutingOptions.JudgeModelId)} is '{id}', which is not the id of a model of the router: {string.Join(", ", _legs.Select(l => l.Id))}.");
            yield return new JudgeCheck(new LegChatClient(judge, _surveyor));
        }
    }

    private async Task<RoutingDecision> ExplainCoreAsync(IReadOnlyList<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        await _keeper.RecallAsync(cancellationToken).ConfigureAwait(false);
        await _conversations.RecallAsync(messages, options, cancellationToken).ConfigureAwait(false);
        RoutePlan plan = await _planner.PlanAsync(messages, options, cancellationToken).ConfigureAwait(false);
        int first = NextLeg.Choose(plan.ForChoice, new HashSet<int>(), double.NegativeInfinity, _options.MaximumAttempts, _options.CostCap);
        return plan.ToDecision(options?.ModelId, first < 0 ? null : plan.ByCost[first].Leg.Id);
    }

    private async Task<ChatResponse> PassAsync(IReadOnlyList<ChatMessage> messages, ChatOptions? options, RequestContext context, CancellationToken cancellationToken)
    {
        LegState leg = _legs[0];
        PlanSingle(context, leg, options);
        return await leg.Leg.Client.GetResponseAsync(messages, leg.OptionsForOnly(options, attempt: 1), cancellationToken).ConfigureAwait(false);
    }

    private async IAsyncEnumerable<ChatResponseUpdate> PassStreamingAsync(
        IReadOnlyList<ChatMessage> messages, ChatOptions? options, RequestContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        LegState leg = _legs[0];
        PlanSingle(context, leg, options);
        await foreach (ChatResponseUpdate update in leg.Leg.Client
            .GetStreamingResponseAsync(messages, leg.OptionsForOnly(options, attempt: 1), cancellationToken).ConfigureAwait(false))
        {
            yield return update;
        }
    }

    // With one model there is nothing to choose; but what the policy forbids is forbidden.
    private void PlanSingle(RequestContext context, LegState leg, ChatOptions? options)
    {
        // The client takes the model that the application names; of a model that is not the leg's nothing is known here, and a leg with a policy asks its catalogue.
        string served = leg.Leg.RequestModelId is null && options?.ModelId is { Length: > 0 } asked ? asked : leg.Id;
        bool isOther = !leg.HasPolicy && !string.Equals(served, leg.Id, StringComparison.OrdinalIgnoreCase);
        string? forbidden = _surveyor.Forbids(isOther ? new ModelInfo(served) : leg.Model, options);
        ReceiptRecorder.Of(context).Set(new RoutingRecord
        {
            RequestedModelId = options?.ModelId,
            ChosenModelId = forbidden is null ? served : null,
            ServedModelId = forbidden is null ? served : null,
            Reason = "only-model",
            Excluded = forbidden is null ? new Dictionary<string, string>() : new Dictionary<string, string> { [leg.Id] = forbidden },
        });
        if (forbidden is not null)
        {
            throw new NoCapableModelException(new Dictionary<string, string> { [leg.Id] = forbidden });
        }
    }
}
