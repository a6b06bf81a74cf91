using TokenThrift.Models;

namespace TokenThrift.Routing;

/// <summary>Who may be asked, cheapest first, and who not.</summary>
internal sealed class RoutePlan(IReadOnlyList<PlannedLeg> byCost, IReadOnlyList<RoutingCandidate> excluded, string reason, double strongest, string taskType)
{
    public IReadOnlyList<PlannedLeg> ByCost { get; } = byCost;

    public IReadOnlyList<RoutingCandidate> Excluded { get; } = excluded;

    public string Reason { get; } = reason;

    /// <summary>Gets the strength of the strongest model that may serve such a request, be it at rest or beyond the budget now.</summary>
    public double Strongest { get; } = strongest;

    /// <summary>Gets what kind of work the request is.</summary>
    public string TaskType { get; } = taskType;

    public IReadOnlyList<NextLegCandidate> ForChoice { get; } = [.. byCost.Select(p => new NextLegCandidate(p.Leg.Prior, p.Candidate.RankedCost, p.IsReserve))];

    public IReadOnlyDictionary<string, string> Reasons => Excluded.ToDictionary(e => e.Model.Id, e => e.Exclusion!, StringComparer.Ordinal);

    public RoutingDecision ToDecision(string? requested, string? chosen) => new()
    {
        RequestedModelId = requested,
        ChosenModelId = chosen,
        Reason = Reason,
        Candidates = [.. ByCost.Select(p => p.Candidate)],
        Excluded = Excluded,
    };
}

/// <summary>A leg that may be asked, with what is known of it for this request.</summary>
/// <param name="Leg">The leg.</param>
/// <param name="Candidate">What is known of it.</param>
/// <param name="Keep">The chance that no other model would do better, as predicted before the call.</param>
internal sealed record PlannedLeg(LegState Leg, RoutingCandidate Candidate, double Keep)
{
    /// <summary>Gets a value indicating whether the leg is asked only where all others fail: to ask it first would not pay, or not pass.</summary>
    public bool IsReserve { get; init; }

    public NanoUsd? Cost => Candidate.RankedCost;
}
