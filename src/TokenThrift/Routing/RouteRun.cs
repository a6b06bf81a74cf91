using System.Runtime.ExceptionServices;
using Microsoft.Extensions.AI;
using Polly.CircuitBreaker;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.Requests;

namespace TokenThrift.Routing;

/// <summary>One request on its way: whom to ask next, and what follows from how each was answered. One try at a time; not safe for concurrent use.</summary>
internal sealed class RouteRun
{
    private readonly RoutingOptions _settings;
    private readonly RouteJournal _journal;
    private readonly FailureReader _failures;
    private readonly RemainingLegs _remaining;
    private readonly Func<PlannedLeg, IReadOnlyList<ChatMessage>> _messagesFor;
    private RouteStep? _repair;
    private RouteStep? _opened;
    private bool _isOver;
    private Exception? _lastError;

    public RouteRun(
        RoutePlan plan,
        IReadOnlyList<ChatMessage> messages,
        ChatOptions? options,
        RouteJournal journal,
        RoutingOptions settings,
        FailureReader failures,
        Func<PlannedLeg, IReadOnlyList<ChatMessage>> messagesFor)
    {
        Plan = plan;
        Messages = messages;
        Options = options;
        _journal = journal;
        _settings = settings;
        _failures = failures;
        _messagesFor = messagesFor;
        _remaining = new RemainingLegs(plan, settings, journal.Spent);
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

    /// <summary>Gets what the request may still cost, or <see langword="null"/> for no cap.</summary>
    public NanoUsd? Allowance => _remaining.Allowance;

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
            index = _isOver || Best is { IsGood: true } ? -1 : _remaining.Next(hasAnswer: Best is not null);
        }

        if (index < 0)
        {
            return null;
        }

        PlannedLeg leg = _remaining.Take(index);
        return new RouteStep(leg, _messagesFor(leg)) { Purpose = Audit?.IsWeak(leg) == true ? CallPurpose.Audit : CallPurpose.Answer };
    }

    /// <summary>Says whether another answer could take the place of this one's, so that nothing of it may be shown before it is judged.</summary>
    public bool MustHold(RouteStep step) => _remaining.CanEscalateFrom(step.Leg) || CanRepair(step) || Audit?.IsWeak(step.Leg) == true;

    /// <summary>Says whether a stronger model could take over should this one's answer be refused.</summary>
    public bool CanEscalateFrom(PlannedLeg leg) => _remaining.CanEscalateFrom(leg);

    /// <summary>Says whether a cheap model is left that has not been asked.</summary>
    public bool HasOtherCheapLeg() => _remaining.HasOtherCheap();

    /// <summary>Lays an answer aside until another cheap model says the same.</summary>
    public void Await(string key) => AwaitedKey = key;

    /// <summary>Makes one try at a step and takes in its failure.</summary>
    public async ValueTask<T> TryAsync<T>(RouteStep step, Func<int, ValueTask<T>> call, CancellationToken cancellationToken)
    {
        // The first try was afforded when the step was chosen; a retry costs anew.
        if (ReferenceEquals(_opened, step) && !_remaining.Affords(step.Leg))
        {
            throw new NotAskedException($"One more call of '{step.Leg.Leg.Id}' does not fit into what the request may still cost.");
        }

        _opened = step;
        int number = _journal.Open(step.Leg);
        try
        {
            return await call(number).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Failure failure = Read(e, cancellationToken);
            _journal.Close(step.Leg, failure.Outcome, failure.Code);
            _lastError = e;
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

        Failure failure = Read(exception, cancellationToken);
        _lastError = exception is NotAskedException ? _lastError ?? exception : exception;
        if (failure.Class == FailureClass.Cancelled)
        {
            // What a connection throws that is torn down is as good as the cancellation that tore it.
            ExceptionDispatchInfo.Throw(exception is OperationCanceledException ? exception : new OperationCanceledException(exception.Message, exception, cancellationToken));
        }

        bool stops = failure.Class == FailureClass.BadRequest && !step.IsRepair;
        if (failure.Class == FailureClass.ContentFiltered)
        {
            _remaining.OnlyFilterPeers();
            stops = _remaining.Next(hasAnswer: Best is not null) < 0;
        }
        else if (failure.Class == FailureClass.ContextTooLong)
        {
            _remaining.OnlyLargerThan(step.Leg);
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
        Failure failure = Read(exception, cancellationToken);
        _journal.Close(step.Leg, failure.Outcome, $"{failure.Code}-after-commit");
        if (failure.Class != FailureClass.Cancelled)
        {
            await step.Leg.Leg.Health.ReportAsync(exception).ConfigureAwait(false);
        }
    }

    /// <summary>Takes in that nobody waits for the answer any more: the caller cancelled while it was judged, or read no further.</summary>
    public void Left(RouteStep step)
    {
        if (_journal.IsOpen)
        {
            _journal.Close(step.Leg, CallOutcome.Cancelled, "left");
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
                _remaining.OnlyStrongest();
                break;
            case AnswerVerdict.Refused:
                _remaining.OnlyStrongerThan(step.Leg.Leg.Prior);
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
        _journal.Serve(_journal.Number, step.Leg.Leg.Id, degraded: true);
        return new RejectedAnswer(step.Leg, response, null, judgement.Score, _journal.Number, reason, IsGood: false);
    }

    /// <summary>Ends a request that nobody could answer well: the best answer where there is one and it may be served, else an exception.</summary>
    public RejectedAnswer ServeBest()
    {
        if (Best is { } best && (best.IsGood || _settings.WhenAllFail == WhenAllFail.ServeBest))
        {
            _journal.Serve(best.Attempt, best.Leg.Leg.Id, degraded: !best.IsGood);
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
    public int IndexOf(PlannedLeg leg) => _remaining.IndexOf(leg);

    private void Refused(RouteStep step, ChatResponse response, AnswerJudgement judgement)
    {
        if (judgement.Failure == FinishCheck.ContentFilter)
        {
            _remaining.OnlyFilterPeers();
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

    // A repair reads the answer and the fault besides the request, so it is taken to cost twice as much.
    private bool CanRepair(RouteStep step) =>
        _settings.RepairOnce && !step.IsRepair && step.Purpose == CallPurpose.Answer && !_isOver
        && _remaining.Affords(step.Leg, calls: 2);

    private Failure Read(Exception exception, CancellationToken cancellationToken) => _failures.Read(exception, cancellationToken.IsCancellationRequested);
}
