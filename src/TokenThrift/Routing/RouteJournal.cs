using Microsoft.Extensions.Logging;
using TokenThrift.Models;
using TokenThrift.Receipts;

namespace TokenThrift.Routing;

/// <summary>Keeps what came of each try at a request, and tells the receipt.</summary>
internal sealed class RouteJournal(RoutePlan plan, string? requested, ReceiptRecorder recorder, ILogger logger)
{
    private readonly List<RoutingAttempt> _attempts = [];
    private readonly Dictionary<int, NanoUsd> _expected = [];

    /// <summary>Gets the leg that was asked first, or <see langword="null"/>.</summary>
    public string? Chosen { get; private set; }

    /// <summary>Gets the number of the latest try, from 1; 0 before the first.</summary>
    public int Number { get; private set; }

    /// <summary>Gets a value indicating whether the latest try has not ended.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Gets a value indicating whether nothing was ever sent, because every leg refused.</summary>
    public bool AllRefused => _attempts.Count > 0 && _attempts.TrueForAll(a => a.Outcome == CallOutcome.Refused);

    /// <summary>Opens a try.</summary>
    /// <returns>Its number.</returns>
    public int Open(PlannedLeg leg)
    {
        IsOpen = true;
        Chosen ??= leg.Leg.Id;
        _expected[++Number] = leg.Candidate.Quote?.Expected ?? NanoUsd.Zero;
        return Number;
    }

    /// <summary>Takes in how the latest try ended.</summary>
    public void Close(PlannedLeg leg, CallOutcome outcome, string? reason, double? score = null)
    {
        IsOpen = false;
        _attempts.Add(new RoutingAttempt(Number, leg.Leg.Id, outcome) { Reason = reason, Score = score });
        RoutingLog.AttemptEnded(logger, Number, leg.Leg.Id, reason ?? "served");
        if (outcome is CallOutcome.Rejected or CallOutcome.Cancelled)
        {
            recorder.Judge(Number, outcome, reason);
        }

        Publish(served: null, degraded: false);
    }

    /// <summary>Takes in that an answer which was laid aside is served after all.</summary>
    public void Serve(int attempt, string leg, bool degraded)
    {
        int at = _attempts.FindIndex(a => a.Attempt == attempt);
        if (at >= 0 && !degraded)
        {
            _attempts[at] = _attempts[at] with { Outcome = CallOutcome.Served };
        }

        if (degraded)
        {
            RoutingLog.Degraded(logger, _attempts.Count, leg);
        }

        Publish(leg, degraded);
    }

    /// <summary>Adds up what the request has cost so far: what the calls cost, or were expected to where no meter has seen them.</summary>
    public NanoUsd Spent()
    {
        NanoUsd spent = NanoUsd.Zero;
        var metered = new HashSet<int>();
        foreach (CallRecord call in recorder.Calls())
        {
            metered.Add(call.Attempt);
            spent += call.Cost ?? _expected.GetValueOrDefault(call.Attempt);
        }

        foreach (RoutingAttempt attempt in _attempts)
        {
            if (attempt.Outcome != CallOutcome.Refused && !metered.Contains(attempt.Attempt))
            {
                spent += _expected.GetValueOrDefault(attempt.Attempt);
            }
        }

        return spent;
    }

    /// <summary>Writes what is known so far into the request's record.</summary>
    public RoutingRecord Publish(string? served, bool degraded)
    {
        var record = new RoutingRecord
        {
            RequestedModelId = requested,
            ChosenModelId = Chosen,
            ServedModelId = served,
            Reason = plan.Reason,
            Excluded = plan.ReasonsBut(_attempts),
            Attempts = [.. _attempts],
            IsDegraded = degraded,
        };
        recorder.Set(record);
        return record;
    }
}
