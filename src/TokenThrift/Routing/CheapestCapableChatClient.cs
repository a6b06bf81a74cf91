using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
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
    private readonly RoutePlanner _planner;
    private readonly AnswerChecker _checker;
    private readonly RoutingMemory _memory;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    /// <summary>Initializes a new instance of the <see cref="CheapestCapableChatClient"/> class.</summary>
    /// <param name="legs">The models, the default one first.</param>
    /// <param name="options">The settings; <see langword="null"/> for the defaults.</param>
    /// <param name="counters">The token counters; <see langword="null"/> for the shared ones.</param>
    /// <param name="time">The clock; <see langword="null"/> for the system's.</param>
    /// <param name="logger">The log; <see langword="null"/> for none.</param>
    /// <param name="policy">Who may see which request; <see langword="null"/> for everybody.</param>
    /// <exception cref="ArgumentException">There is no leg, two legs have one id, or a setting is out of its limits.</exception>
    public CheapestCapableChatClient(
        IReadOnlyList<ModelLeg> legs,
        RoutingOptions? options = null,
        TokenCounters? counters = null,
        TimeProvider? time = null,
        ILogger<CheapestCapableChatClient>? logger = null,
        ModelPolicy? policy = null)
        : base(DefaultOf(legs))
    {
        _options = options ?? new RoutingOptions();
        if (_options.Validate() is { } error)
        {
            throw new ArgumentException(error, nameof(options));
        }

        _time = time ?? TimeProvider.System;
        _logger = logger ?? NullLogger<CheapestCapableChatClient>.Instance;
        _legs = LegStates.Of(legs, _options, counters ?? TokenCounters.Shared, _time);
        _memory = new RoutingMemory(_options, _legs);
        _planner = new RoutePlanner(_legs, _memory, policy, _time);
        _checker = new AnswerChecker([.. AnswerChecker.BuiltIn, .. _options.Checks], _logger);
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
            : RouteAsync(sent, options, context, cancellationToken);
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
            : RouteStreamingAsync(sent, options, context, cancellationToken);
    }

    /// <summary>Says what would be done with a request, without asking any model.</summary>
    /// <param name="messages">The messages.</param>
    /// <param name="options">The options, or <see langword="null"/>.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>The decision: who would be asked first, who next, who not and why.</returns>
    public async Task<RoutingDecision> ExplainAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        IReadOnlyList<ChatMessage> sent = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        RoutePlan plan = await _planner.PlanAsync(sent, options, cancellationToken).ConfigureAwait(false);
        int first = NextLeg.Choose(plan.ForChoice, new HashSet<int>(), double.NegativeInfinity, _options.MaximumAttempts, _options.CostCap);
        return plan.ToDecision(options?.ModelId, first < 0 ? null : plan.ByCost[first].Leg.Id);
    }

    /// <summary>Learns how well models answered a request.</summary>
    /// <remarks>
    /// Where <see cref="RoutingOptions.QualityFloor"/> is set, every second outcome that covers two models or more is kept
    /// apart to calibrate the promise, and nothing is learnt from it.
    /// </remarks>
    /// <param name="outcome">The outcome; ids that are not those of a leg are ignored.</param>
    /// <param name="cancellationToken">Cancels the checks that are run over the answers.</param>
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
            RequestFeatures features = RequestFeatures.Of(outcome.Messages, outcome.Options);
            _memory.Learn(features, quality, evidence, _memory.Predict(features));
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

    private async Task<ChatResponse> PassAsync(IReadOnlyList<ChatMessage> messages, ChatOptions? options, RequestContext context, CancellationToken cancellationToken)
    {
        LegState leg = _legs[0];
        PlanSingle(context, leg, options);
        return await leg.Leg.Client.GetResponseAsync(messages, leg.OptionsFor(options, attempt: 1), cancellationToken).ConfigureAwait(false);
    }

    private async IAsyncEnumerable<ChatResponseUpdate> PassStreamingAsync(
        IReadOnlyList<ChatMessage> messages, ChatOptions? options, RequestContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        LegState leg = _legs[0];
        PlanSingle(context, leg, options);
        await foreach (ChatResponseUpdate update in leg.Leg.Client
            .GetStreamingResponseAsync(messages, leg.OptionsFor(options, attempt: 1), cancellationToken).ConfigureAwait(false))
        {
            yield return update;
        }
    }

    // With one model there is nothing to choose; but what the policy forbids is forbidden.
    private void PlanSingle(RequestContext context, LegState leg, ChatOptions? options)
    {
        string? forbidden = _planner.Forbids(leg.Model, options);
        ReceiptRecorder.Of(context).Set(new RoutingRecord
        {
            RequestedModelId = options?.ModelId,
            ChosenModelId = forbidden is null ? leg.Id : null,
            ServedModelId = forbidden is null ? leg.Id : null,
            Reason = "only-model",
            Excluded = forbidden is null ? new Dictionary<string, string>() : new Dictionary<string, string> { [leg.Id] = forbidden },
        });
        if (forbidden is not null)
        {
            throw new NoCapableModelException(new Dictionary<string, string> { [leg.Id] = forbidden });
        }
    }

    private async Task<ChatResponse> RouteAsync(IReadOnlyList<ChatMessage> messages, ChatOptions? options, RequestContext context, CancellationToken cancellationToken)
    {
        RoutePlan plan = await _planner.PlanAsync(messages, options, cancellationToken).ConfigureAwait(false);
        var run = new RouteRun(plan, messages, options, context, _options, _time, _logger);
        using var deadline = new RouteDeadline(_options.Deadline, _time, cancellationToken);
        while (run.Next() is { } leg)
        {
            ChatResponse response;
            try
            {
                response = await leg.Leg.Health.AskAsync(
                    async token => await leg.Leg.Leg.Client
                        .GetResponseAsync(_planner.MessagesFor(leg.Leg, messages, options), leg.Leg.OptionsFor(options, run.NextNumber()), token).ConfigureAwait(false),
                    firstTokenOnly: false,
                    deadline.Token).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                run.Failed(leg, e, cancellationToken);
                if (deadline.IsOver)
                {
                    break;
                }

                continue;
            }

            AnswerJudgement judgement = await JudgeAsync(run, leg, response, deadline.Token).ConfigureAwait(false);
            if (judgement.IsAccepted)
            {
                run.Served(leg, judgement.Score);
                _planner.Remember(messages, options, leg.Leg.Id);
                return response;
            }

            run.Rejected(leg, response, updates: null, judgement);
        }

        RejectedAnswer best = run.ServeBest();
        (best.Response.AdditionalProperties ??= [])[DegradedProperty] = best.Reason;
        return best.Response;
    }

    private async IAsyncEnumerable<ChatResponseUpdate> RouteStreamingAsync(
        IReadOnlyList<ChatMessage> messages, ChatOptions? options, RequestContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        RoutePlan plan = await _planner.PlanAsync(messages, options, cancellationToken).ConfigureAwait(false);
        var run = new RouteRun(plan, messages, options, context, _options, _time, _logger);
        using var deadline = new RouteDeadline(_options.Deadline, _time, cancellationToken);
        while (!deadline.IsOver && run.Next() is { } leg)
        {
            StreamAttempt? attempt = null;
            try
            {
                AnswerJudgement judgement = default;
                bool held = run.CanEscalateFrom(leg);
                try
                {
                    attempt = await leg.Leg.Health.AskAsync(
                        token => StreamAttempt.OpenAsync(leg.Leg.Leg.Client, _planner.MessagesFor(leg.Leg, messages, options), leg.Leg.OptionsFor(options, run.NextNumber()), token, cancellationToken),
                        firstTokenOnly: true,
                        deadline.Token).ConfigureAwait(false);
                    if (held)
                    {
                        await attempt.HoldAsync(_options.StreamCommitCharacters, _options.AttemptTimeout, _time, deadline.Token).ConfigureAwait(false);
                        if (attempt.HasEnded)
                        {
                            judgement = await JudgeAsync(run, leg, attempt.Held.ToChatResponse(), deadline.Token).ConfigureAwait(false);
                        }
                    }
                }
                catch (Exception e)
                {
                    run.Failed(leg, e, cancellationToken);
                    continue;
                }

                if (held && attempt.HasEnded && !judgement.IsAccepted)
                {
                    run.Rejected(leg, attempt.Held.ToChatResponse(), attempt.Held, judgement);
                    continue;
                }

                // From here on the model is committed: what fails now is the caller's to see.
                foreach (ChatResponseUpdate early in attempt.Held.ToArray())
                {
                    yield return early;
                }

                while (await ReadCommittedAsync(run, leg, attempt, cancellationToken).ConfigureAwait(false) is { } update)
                {
                    yield return update;
                }

                ChatResponse whole = attempt.Held.ToChatResponse();
                judgement = await JudgeAsync(run, leg, whole, cancellationToken).ConfigureAwait(false);
                if (judgement.IsAccepted)
                {
                    run.Served(leg, judgement.Score);
                    _planner.Remember(messages, options, leg.Leg.Id);
                    yield break;
                }

                run.Rejected(leg, whole, attempt.Held, judgement);
                var shown = new RejectedAnswer(leg, whole, null, judgement.Score, run.Number, judgement.Failure ?? "low-score");
                run.MarkDegraded(shown);
                yield return DegradedMark(shown);
                yield break;
            }
            finally
            {
                if (attempt is not null)
                {
                    await attempt.DisposeAsync().ConfigureAwait(false);
                }
            }
        }

        RejectedAnswer best = run.ServeBest();
        foreach (ChatResponseUpdate update in best.Updates!)
        {
            yield return update;
        }

        yield return DegradedMark(best);
    }

    private static ChatResponseUpdate DegradedMark(RejectedAnswer answer) => new()
    {
        ResponseId = answer.Response.ResponseId,
        MessageId = answer.Response.Messages.LastOrDefault()?.MessageId,
        AdditionalProperties = new() { [DegradedProperty] = answer.Reason },
    };

    private static async ValueTask<ChatResponseUpdate?> ReadCommittedAsync(RouteRun run, PlannedLeg leg, StreamAttempt attempt, CancellationToken cancellationToken)
    {
        try
        {
            return await attempt.ReadAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            run.Broke(leg, e, cancellationToken);
            throw;
        }
    }

    private async ValueTask<AnswerJudgement> JudgeAsync(RouteRun run, PlannedLeg leg, ChatResponse response, CancellationToken cancellationToken)
    {
        AnswerEvidence evidence = await _checker.GatherAsync(
            new AnswerCheckContext(run.Messages, run.Options, response, leg.Leg.Model), cancellationToken).ConfigureAwait(false);
        double score = _memory.Score(leg.Leg.Id, leg.Keep, evidence);
        _memory.ObserveUplift(leg.Leg.Id, leg.Keep, score);
        bool passed = evidence.Failure is null && score >= _memory.ThresholdOf(leg.Leg.Id);
        _memory.ObservePass(leg.Leg.Id, run.Plan.TaskType, passed ? 1 : 0);
        bool isAccepted = passed || (evidence.Failure is null && (leg.Leg.Prior >= run.Plan.Strongest || (_memory.Guarantee is null && !run.CanEscalateFrom(leg))));
        string? disagreement = isAccepted ? run.Disagreement(leg, response) : null;
        return new AnswerJudgement(isAccepted && disagreement is null, score, evidence.Failure ?? disagreement, evidence.Message);
    }
}
