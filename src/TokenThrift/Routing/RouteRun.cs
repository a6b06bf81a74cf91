using System.Runtime.ExceptionServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using TokenThrift.Models;
using TokenThrift.Receipts;
using TokenThrift.Requests;

namespace TokenThrift.Routing;

/// <summary>One request on its way: who was asked, what came of it, whom to ask next.</summary>
internal sealed class RouteRun
{
    private readonly RoutingOptions _settings;
    private readonly RoutePlan _plan;
    private readonly ILogger _logger;
    private readonly ReceiptRecorder _recorder;
    private readonly TimeProvider _time;
    private readonly HashSet<int> _tried = [];
    private readonly List<RoutingAttempt> _attempts = [];
    private readonly string? _requested;
    private double _rejectedStrength = double.NegativeInfinity;
    private string? _waiting;
    private long _neededContext;
    private string? _chosen;
    private int _number;
    private int _asked;
    private Exception? _lastError;

    public RouteRun(RoutePlan plan, IReadOnlyList<ChatMessage> messages, ChatOptions? options, RequestContext context, RoutingOptions settings, TimeProvider time, ILogger logger)
    {
        _plan = plan;
        _settings = settings;
        _logger = logger;
        _time = time;
        _recorder = ReceiptRecorder.Of(context);
        _requested = options?.ModelId;
        Messages = messages;
        Options = options;
        Publish(served: null, degraded: false);
        if (plan.ByCost.Count == 0)
        {
            throw new NoCapableModelException(plan.Reasons);
        }
    }

    public IReadOnlyList<ChatMessage> Messages { get; }

    public ChatOptions? Options { get; }

    public RoutePlan Plan => _plan;

    /// <summary>Gets the best of the answers that were refused, or <see langword="null"/>.</summary>
    public RejectedAnswer? Best { get; private set; }

    /// <summary>Gets the number of the attempt that is under way, from 1.</summary>
    public int Number => _number;

    /// <summary>Chooses whom to ask next.</summary>
    /// <returns>The leg, or <see langword="null"/> when nobody is left.</returns>
    public PlannedLeg? Next()
    {
        int index = Choose(_rejectedStrength, _settings.MaximumAttempts - _asked);
        if (index < 0)
        {
            return null;
        }

        _tried.Add(index);
        _asked++;
        PlannedLeg leg = _plan.ByCost[index];
        _chosen ??= leg.Leg.Id;
        return leg;
    }

    /// <summary>Says whether a stronger model could take over should this one's answer be refused.</summary>
    public bool CanEscalateFrom(PlannedLeg leg) =>
        Choose(Math.Max(_rejectedStrength, leg.Leg.Prior), _settings.MaximumAttempts - _asked) >= 0;

    public int NextNumber() => ++_number;

    /// <summary>Says whether an answer must wait for another cheap model to agree; a second answer that differs refuses both.</summary>
    /// <returns><see langword="null"/> when it may be served; else why not.</returns>
    public string? Disagreement(PlannedLeg leg, ChatResponse response)
    {
        if (!_settings.RequireAgreement || leg.Leg.Prior >= _plan.Strongest || AnswerKeys.Of(response) is not { } key)
        {
            return null;
        }

        if (_waiting is null)
        {
            bool another = _plan.ByCost.Where((p, i) => !_tried.Contains(i)).Any(p => p.Leg.Prior < _plan.Strongest);
            _waiting = key;
            return another ? "awaits-agreement" : null;
        }

        return _waiting == key ? null : "disagreement";
    }

    /// <summary>Takes in an attempt that threw; throws where nobody else may be asked.</summary>
    public void Failed(PlannedLeg leg, Exception exception, CancellationToken cancellationToken)
    {
        Failure failure = FailureClassifier.Classify(exception, _time.GetUtcNow(), _settings.ClassifyFailure, cancellationToken.IsCancellationRequested);
        CallOutcome outcome = failure.Class switch
        {
            FailureClass.Cancelled => CallOutcome.Cancelled,
            FailureClass.Refused => CallOutcome.Refused,
            _ => CallOutcome.Failed,
        };
        Add(leg, outcome, failure.Code, score: null);
        _lastError = exception;
        bool stops = failure.Class is FailureClass.Cancelled or FailureClass.BadRequest
            || (failure.Class == FailureClass.ContentFiltered && !_settings.AskOthersWhenFiltered);
        if (stops && Best is null)
        {
            ExceptionDispatchInfo.Throw(exception);
        }

        if (stops)
        {
            // An earlier answer is better than none, unless the caller has gone.
            if (failure.Class == FailureClass.Cancelled)
            {
                ExceptionDispatchInfo.Throw(exception);
            }

            _asked = int.MaxValue / 2;
        }
        else if (failure.Class == FailureClass.ContextTooLong)
        {
            _neededContext = Math.Max(_neededContext, leg.Leg.Model.ContextTokens ?? long.MaxValue);
        }
    }

    /// <summary>Takes in a stream that broke after its first word was shown.</summary>
    public void Broke(PlannedLeg leg, Exception exception, CancellationToken cancellationToken)
    {
        Failure failure = FailureClassifier.Classify(exception, _time.GetUtcNow(), _settings.ClassifyFailure, cancellationToken.IsCancellationRequested);
        leg.Leg.Health.Observe(failure);
        Add(leg, failure.Class == FailureClass.Cancelled ? CallOutcome.Cancelled : CallOutcome.Failed, $"{failure.Code}-after-commit", score: null);
    }

    /// <summary>Takes in an answer that a check refused.</summary>
    public void Rejected(PlannedLeg leg, ChatResponse response, IReadOnlyList<ChatResponseUpdate>? updates, AnswerJudgement judgement)
    {
        string reason = judgement.Failure ?? "low-score";
        _recorder.Judge(_number, CallOutcome.Rejected, reason);
        Add(leg, CallOutcome.Rejected, reason, judgement.Score);
        if (reason != "awaits-agreement")
        {
            _rejectedStrength = Math.Max(_rejectedStrength, leg.Leg.Prior);
        }

        // Of two equally bad answers the stronger model's is the better guess; it came later.
        if (Best is null || judgement.Score >= Best.Score)
        {
            Best = new RejectedAnswer(leg, response, updates, judgement.Score, _number, reason);
        }
    }

    /// <summary>Takes in the answer that is served.</summary>
    public void Served(PlannedLeg leg, double? score)
    {
        Add(leg, CallOutcome.Served, null, score);
        Publish(leg.Leg.Id, degraded: false);
    }

    /// <summary>Ends a request that nobody could answer well: the best answer where there is one and it may be served, else an exception.</summary>
    public RejectedAnswer ServeBest()
    {
        if (Best is { } best && _settings.WhenAllFail == WhenAllFail.ServeBest)
        {
            MarkDegraded(best);
            return best;
        }

        // Refusals by the budget alone are the budget's to tell.
        if (_lastError is CallRefusedException refusal && _attempts.TrueForAll(a => a.Outcome == CallOutcome.Refused))
        {
            ExceptionDispatchInfo.Throw(refusal);
        }

        throw new RoutingFailedException(Publish(served: null, degraded: false), _lastError);
    }

    /// <summary>Marks an answer that failed its checks and is served nevertheless.</summary>
    public void MarkDegraded(RejectedAnswer answer)
    {
        _recorder.Judge(answer.Attempt, CallOutcome.Served, answer.Reason);
        RoutingLog.Degraded(_logger, _attempts.Count, answer.Leg.Leg.Id);
        Publish(answer.Leg.Leg.Id, degraded: true);
    }

    private int Choose(double rejectedStrength, int attemptsLeft)
    {
        if (_neededContext > 0)
        {
            for (int i = 0; i < _plan.ByCost.Count; i++)
            {
                if (_plan.ByCost[i].Leg.Model.ContextTokens is not { } window || window <= _neededContext)
                {
                    _tried.Add(i);
                }
            }
        }

        return NextLeg.Choose(_plan.ForChoice, _tried, rejectedStrength, attemptsLeft, BudgetLeft());
    }

    private NanoUsd? BudgetLeft()
    {
        if (_settings.CostCap is not { } cap)
        {
            return null;
        }

        NanoUsd spent = NanoUsd.Zero;
        foreach (CallRecord call in _recorder.Calls())
        {
            spent += call.Cost ?? NanoUsd.Zero;
        }

        return cap - spent;
    }

    private void Add(PlannedLeg leg, CallOutcome outcome, string? reason, double? score)
    {
        _attempts.Add(new RoutingAttempt(_number, leg.Leg.Id, outcome) { Reason = reason, Score = score });
        RoutingLog.AttemptEnded(_logger, _number, leg.Leg.Id, reason ?? "served");
        Publish(served: null, degraded: false);
    }

    private RoutingRecord Publish(string? served, bool degraded)
    {
        var record = new RoutingRecord
        {
            RequestedModelId = _requested,
            ChosenModelId = _chosen,
            ServedModelId = served,
            Reason = _plan.Reason,
            Excluded = _plan.Reasons,
            Attempts = [.. _attempts],
            IsDegraded = degraded,
        };
        _recorder.Set(record);
        return record;
    }
}

/// <summary>An answer that a check refused.</summary>
internal sealed record RejectedAnswer(
    PlannedLeg Leg, ChatResponse Response, IReadOnlyList<ChatResponseUpdate>? Updates, double Score, int Attempt, string Reason);
