namespace TokenThrift.Routing;

/// <summary>Which legs may and can serve a request, and which not.</summary>
internal sealed class LegSurvey
{
    public List<PlannedLeg> Able { get; } = [];

    /// <summary>Gets the legs that could serve but rest, the first to recover first: asked where all others fail, if that is wanted.</summary>
    public List<PlannedLeg> Resting { get; } = [];

    public List<RoutingCandidate> Excluded { get; } = [];

    /// <summary>Gets or sets the strength of the strongest model that may serve such a request, be it at rest or beyond the budget now.</summary>
    public double Strongest { get; set; } = double.NegativeInfinity;

    /// <summary>Gets or sets why a leg is among the able ones for want of a better, or <see langword="null"/>.</summary>
    public string? Reason { get; set; }

    /// <summary>Gets or sets the time from which a leg that rests may be asked again, or <see langword="null"/> when none rests.</summary>
    public DateTimeOffset? RetryAt { get; set; }

    public void Exclude(PlannedLeg leg, string reason) => Excluded.Add(leg.Candidate with { Exclusion = reason });
}
