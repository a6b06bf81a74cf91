using TokenThrift.Models;
using TokenThrift.Receipts;

namespace TokenThrift.Routing;

/// <summary>Who may be asked, in which order, and who not.</summary>
internal sealed class RoutePlan
{
    private readonly IReadOnlyList<PlannedLeg> _byCost = [];

    /// <summary>Gets the legs that may be asked: the one that comes first, then by cost.</summary>
    public required IReadOnlyList<PlannedLeg> ByCost
    {
        get => _byCost;
        init
        {
            _byCost = value;
            ForChoice = [.. value.Select(p => new NextLegCandidate(p.Leg.Prior, p.Cost, p.IsReserve))];
        }
    }

    public IReadOnlyList<NextLegCandidate> ForChoice { get; private init; } = [];

    /// <summary>Gets the legs that rest, the first to recover first; they are asked only where all others fail and nobody has answered.</summary>
    public IReadOnlyList<PlannedLeg> Resting { get; init; } = [];

    public required IReadOnlyList<RoutingCandidate> Excluded { get; init; }

    public required string Reason { get; init; }

    /// <summary>Gets the strength of the strongest model that may serve such a request, be it at rest or beyond the budget now.</summary>
    public required double Strongest { get; init; }

    /// <summary>Gets what kind of work the request is.</summary>
    public required string TaskType { get; init; }

    public required Conversation Conversation { get; init; }

    /// <summary>Gets a value indicating whether the conversation moves up with this request, and stays there.</summary>
    public bool IsEscalated { get; init; }

    /// <summary>Gets a value indicating whether the conversation must not be answered by anybody else without need.</summary>
    public bool IsBound { get; init; }

    /// <summary>Gets the legs that were not taken because they pass their checks too rarely.</summary>
    public IReadOnlyList<string> PassedOver { get; init; } = [];

    /// <summary>Gets the time from which a leg that rests may be asked again, or <see langword="null"/> when none rests.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    public IReadOnlyDictionary<string, string> Reasons => Excluded.ToDictionary(e => e.Model.Id, e => e.Exclusion!, StringComparer.Ordinal);

    /// <summary>Gets who was left out and why, without those that were asked in the end.</summary>
    public IReadOnlyDictionary<string, string> ReasonsBut(IReadOnlyList<RoutingAttempt> asked) => Resting.Count == 0 ? Reasons
        : Reasons.Where(r => asked.All(a => a.ModelId != r.Key)).ToDictionary(StringComparer.Ordinal);

    public RoutingDecision ToDecision(string? requested, string? chosen) => new()
    {
        RequestedModelId = requested,
        ChosenModelId = chosen,
        Reason = Reason,
        Candidates = [.. ByCost.Select(p => p.Candidate)],
        Excluded = Excluded,
        RetryAt = RetryAt,
    };
}

/// <summary>A leg that may be asked, with what is known of it for this request.</summary>
/// <param name="Leg">The leg.</param>
/// <param name="Candidate">What is known of it.</param>
/// <param name="Keep">The chance that no other model would do better, as predicted before the call.</param>
internal sealed record PlannedLeg(LegState Leg, RoutingCandidate Candidate, double Keep)
{
    /// <summary>Gets the quality predicted of the best leg, in [0, 1].</summary>
    public double Best { get; init; } = 1;

    /// <summary>Gets a value indicating whether the leg is asked only where all others fail: to ask it first would not pay, or not pass.</summary>
    public bool IsReserve { get; init; }

    /// <summary>Gets a value indicating whether another leg should serve the request where one can, for the sake of a cap on shares.</summary>
    public bool IsOverShare => Candidate.Quote?.OverShare is not null;

    public NanoUsd? Cost => Candidate.RankedCost;
}
