using TokenThrift.Models;

namespace TokenThrift.Routing;

/// <summary>Who may be asked, cheapest first, and who not.</summary>
internal sealed class RoutePlan(IReadOnlyList<PlannedLeg> byCost, IReadOnlyList<RoutingCandidate> excluded, string reason)
{
    public IReadOnlyList<PlannedLeg> ByCost { get; } = byCost;

    public IReadOnlyList<RoutingCandidate> Excluded { get; } = excluded;

    public string Reason { get; } = reason;

    public IReadOnlyList<NextLegCandidate> ForChoice { get; } = [.. byCost.Select(p => new NextLegCandidate(p.Leg.Prior, p.Candidate.RankedCost))];

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
internal sealed record PlannedLeg(LegState Leg, RoutingCandidate Candidate)
{
    public NanoUsd? Cost => Candidate.RankedCost;
}
