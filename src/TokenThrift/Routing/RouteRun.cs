using System.Runtime.ExceptionServices;
using Microsoft.Extensions.AI;
using Polly.CircuitBreaker;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.Requests;

namespace TokenThrift.Routing;

/// <summary>One request on its way: whom to ask next, and what follows from how each was answered.</summary>
internal sealed class RouteRun
{
    private readonly RoutingOptions _settings;
    private readonly RouteJournal _journal;
    private readonly TimeProvider _time;
    private readonly Func<PlannedLeg, IReadOnlyList<ChatMessage>> _messagesFor;
    private readonly HashSet<int> _tried = [];
    private double _rejectedStrength = double.NegativeInfinity;
    private RouteStep? _repair;
    private long _neededContext;
    private int _asked;
    private bool _isOver;
    private Exception? _lastError;

    public RouteRun(
        RoutePlan plan,
        IReadOnlyList<ChatMessage> messages,
        ChatOptions? options,
        RouteJournal journal,
        RoutingOptions settings,
        TimeProvider time,
        Func<PlannedLeg, IReadOnlyList<ChatMessage>> messagesFor)
    {
        Plan = plan;
        Messages = messages;
        Options = options;
        _journal = journal;
        _settings = settings;
        _time = time;
        _messagesFor = messagesFor;
        journal.Publish(served: null, degraded: false);
        if (plan.ByCost.Count == 0)
        {
            throw new NoCapableModelException(plan.Reasons, plan.RetryAt);
        }
    }

    public RoutePlan Plan { get; }

    public IReadOnlyList<ChatMessage> Messages { get; }

    public ChatOptions? Options { get; }

    /// <summary>Gets the audit that is made with this request, or <see langword="null"/>.</summary>
    public ShadowAudit? Audit { get; init; }

    /// <summary>Gets what another cheap model must agree with before it is served, or <see langword="null"/>.</summary>
    public string? AwaitedKey { get; private set; }

    /// <summary>Gets the best of the answers that were laid aside, or <see langword="null"/>.</summary>
    public RejectedAnswer? Best { get; private set; }

    /// <summary>Gets a value indicating whether the conversation has shown that it needs a stronger model.</summary>
    public bool HasOutgrownItsModel { get; private set; }

    /// <summary>Chooses whom to ask next.</summary>
    /// <returns>The step, or <see langword="null"/> when nobody is left.</returns>
    public RouteStep? Next()
    {
        if (_repair is { } repair)
        {
            _repair = null;
            return repair;
        }

        int index = _isOver ? -1 : Audit?.Next(this) ?? -1;
        if (index < 0)
        {
            // An answer that only waited for its audit is served when the audit cannot be made.
            index = _isOver || Best is { IsGood: true } ? -1 : Choose(_rejectedStrength);
        }

        if (index < 0)
        {
            return null;
        }

        _tried.Add(index);
        _asked++;
        PlannedLeg leg = Plan.ByCost[index];
        return new RouteStep(leg, _messagesFor(leg)) { Purpose = Audit?.IsWeak(leg) == true ? CallPurpose.Audit : CallPurpose.Answer };
    }

    /// <summary>Says whether another answer could take the place of this one's, so that nothing of it may be shown before it is judged.</summary>
    public bool MustHold(RouteStep step) => CanEscalateFrom(step.Leg) || CanRepair(step) || Audit?.IsWeak(step.Leg) == true;

    /// <summary>Says whether a stronger model could take over should this one's answer be refused.</summary>
    public bool CanEscalateFrom(PlannedLeg leg) => Choose(Math.Max(_rejectedStrength, leg.Leg.Prior)) >= 0;

    /// <summary>Says whether a cheap model is left that has not been asked.</summary>
    public bool HasOtherCheapLeg() => Plan.ByCost.Where((p, i) => !_tried.Contains(i)).Any(p => p.Leg.Prior < Plan.Strongest && !p.IsReserve);

    /// <summary>Lays an answer aside until another cheap model says the same.</summary>
    public void Await(string key) => AwaitedKey = key;

    /// <summary>Makes one try at a step and takes in its failure.</summary>
    public async ValueTask<T> TryAsync<T>(RouteStep step, Func<int, ValueTask<T>> call, CancellationToken cancellationToken)
    {
        int number = _journal.Open(step.Leg);
        try
        {
            return await call(number).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Failure failure = Classify(e, cancellationToken);
            _journal.Close(step.Leg, OutcomeOf(failure), failure.Code);
            throw;
        }
    }

    /// <summary>Takes in that a step came to nothing; throws where nobody else may be asked.</summary>
    public void Failed(RouteStep step, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is BrokenCircuitException)
        {
            _journal.Open(step.Leg);
            _journal.Close(step.Leg, CallOutcome.Refused, "circuit-open");
        }

        Failure failure = Classify(exception, cancellationToken);
        _lastError = exception;
        if (failure.Class == FailureClass.Cancelled)
        {
            ExceptionDispatchInfo.Throw(exception);
        }

        bool stops = failure.Class == FailureClass.BadRequest && !step.IsRepair;
        if (failure.Class == FailureClass.ContentFiltered)
        {
            OnlyFilterPeers();
            stops = Choose(_rejectedStrength) < 0;
        }
        else if (failure.Class == FailureClass.ContextTooLong)
        {
            _neededContext = Math.Max(_neededContext, step.Leg.Leg.Model.ContextTokens ?? long.MaxValue);
        }

        if (stops && Best is null)
        {
            ExceptionDispatchInfo.Throw(exception);
        }

        // An earlier answer is better than none.
        _isOver |= stops;
    }

    /// <summary>Takes in a stream that broke after its first word was shown.</summary>
    public async ValueTask BrokeAsync(RouteStep step, Exception exception, CancellationToken cancellationToken)
    {
        Failure failure = Classify(exception, cancellationToken);
        _journal.Close(step.Leg, failure.Class == FailureClass.Cancelled ? CallOutcome.Cancelled : CallOutcome.Failed, $"{failure.Code}-after-commit");
        if (failure.Class != FailureClass.Cancelled)
        {
            await step.Leg.Leg.Health.ReportAsync(exception).ConfigureAwait(false);
        }
    }

    /// <summary>Takes in an answer that is not served now.</summary>
    public void LaidAside(RouteStep step, ChatResponse response, IReadOnlyList<ChatResponseUpdate>? updates, AnswerJudgement judgement)
    {
        string reason = judgement.Failure ?? "low-score";
        _journal.Close(step.Leg, CallOutcome.Rejected, reason, judgement.Score);
        switch (judgement.Verdict)
        {
            case AnswerVerdict.Disagrees:
                // Two cheap models that differ say nothing of who is right; the strongest one does.
                _rejectedStrength = Math.Max(_rejectedStrength, Math.BitDecrement(Plan.ByCost.Max(p => p.Leg.Prior)));
                break;
            case AnswerVerdict.Refused:
                _rejectedStrength = Math.Max(_rejectedStrength, step.Leg.Leg.Prior);
                Refused(step, response, judgement);
                break;
        }

        // Of two equally bad answers the stronger model's is the better guess; it came later.
        if (Best is null || judgement.Score >= Best.Score)
        {
            Best = new RejectedAnswer(step.Leg, response, updates, judgement.Score, _journal.Number, reason, judgement.Verdict == AnswerVerdict.Audited);
        }
    }

    /// <summary>Takes in the answer that is served.</summary>
    public void Served(RouteStep step, double? score)
    {
        _journal.Close(step.Leg, CallOutcome.Served, null, score);
        _journal.Publish(step.Leg.Leg.Id, degraded: false);
    }

    /// <summary>Takes in an answer that was shown before it was judged, and failed.</summary>
    public RejectedAnswer ShownDegraded(RouteStep step, ChatResponse response, AnswerJudgement judgement)
    {
        string reason = judgement.Failure ?? "low-score";
        _journal.Close(step.Leg, CallOutcome.Rejected, reason, judgement.Score);
        _journal.Serve(_journal.Number, step.Leg.Leg.Id, reason, degraded: true);
        return new RejectedAnswer(step.Leg, response, null, judgement.Score, _journal.Number, reason, IsGood: false);
    }

    /// <summary>Ends a request that nobody could answer well: the best answer where there is one and it may be served, else an exception.</summary>
    public RejectedAnswer ServeBest()
    {
        if (Best is { } best && (best.IsGood || _settings.WhenAllFail == WhenAllFail.ServeBest))
        {
            _journal.Serve(best.Attempt, best.Leg.Leg.Id, best.IsGood ? null : best.Reason, degraded: !best.IsGood);
            return best;
        }

        // Refusals by the budget alone are the budget's to tell.
        if (_lastError is CallRefusedException refusal && _journal.AllRefused)
        {
            ExceptionDispatchInfo.Throw(refusal);
        }

        throw new RoutingFailedException(_journal.Publish(served: null, degraded: false), _lastError);
    }

    /// <summary>Finds a leg that has not been asked and may be.</summary>
    public int IndexOf(PlannedLeg leg)
    {
        for (int i = 0; i < Plan.ByCost.Count; i++)
        {
            if (Plan.ByCost[i].Leg == leg.Leg && !_tried.Contains(i))
            {
                return i;
            }
        }

        return -1;
    }

    private static CallOutcome OutcomeOf(Failure failure) => failure.Class switch
    {
        FailureClass.Cancelled => CallOutcome.Cancelled,
        FailureClass.Refused => CallOutcome.Refused,
        _ => CallOutcome.Failed,
    };

    private void Refused(RouteStep step, ChatResponse response, AnswerJudgement judgement)
    {
        if (judgement.Failure == FinishCheck.ContentFilter)
        {
            OnlyFilterPeers();
        }
        else if (CanRepair(step) && judgement.Message is { } fault)
        {
            _repair = new RouteStep(step.Leg, RepairRequest.Of(step.Messages, response, fault)) { IsRepair = true };
        }
        else if (step.IsRepair)
        {
            HasOutgrownItsModel = true;
        }
    }

    private bool CanRepair(RouteStep step) =>
        _settings.RepairOnce && !step.IsRepair && step.Purpose == CallPurpose.Answer && !_isOver
        && (_settings.CostCap is not { } cap || (step.Leg.Cost is { } cost && cost <= cap - _journal.Spent()));

    // What one vendor's filter refused goes to nobody but those whom the application has named.
    private void OnlyFilterPeers()
    {
        for (int i = 0; i < Plan.ByCost.Count; i++)
        {
            if (!_settings.ContentFilterPeers.Contains(Plan.ByCost[i].Leg.Id, StringComparer.OrdinalIgnoreCase))
            {
                _tried.Add(i);
            }
        }
    }

    private int Choose(double rejectedStrength)
    {
        for (int i = 0; _neededContext > 0 && i < Plan.ByCost.Count; i++)
        {
            if (Plan.ByCost[i].Leg.Model.ContextTokens is not { } window || window <= _neededContext)
            {
                _tried.Add(i);
            }
        }

        NanoUsd? left = _settings.CostCap is { } cap ? cap - _journal.Spent() : null;
        return NextLeg.Choose(Plan.ForChoice, _tried, rejectedStrength, _settings.MaximumAttempts - _asked, left);
    }

    private Failure Classify(Exception exception, CancellationToken cancellationToken) =>
        FailureClassifier.Classify(exception, _time.GetUtcNow(), _settings.ClassifyFailure, cancellationToken.IsCancellationRequested);
}

/// <summary>An answer that was not served when it came.</summary>
/// <param name="Leg">Who gave it.</param>
/// <param name="Response">The answer.</param>
/// <param name="Updates">The answer as it was streamed, or <see langword="null"/>.</param>
/// <param name="Score">Its score.</param>
/// <param name="Attempt">The number of the try.</param>
/// <param name="Reason">Why it was not served.</param>
/// <param name="IsGood">Whether it passed its checks and only waited for an audit.</param>
internal sealed record RejectedAnswer(
    PlannedLeg Leg, ChatResponse Response, IReadOnlyList<ChatResponseUpdate>? Updates, double Score, int Attempt, string Reason, bool IsGood);
