namespace TokenThrift.Routing;

/// <summary>What the router would do with a request, said before anyone is asked.</summary>
public sealed record RoutingDecision
{
    /// <summary>Gets the model that the application asked for, or <see langword="null"/>.</summary>
    public string? RequestedModelId { get; init; }

    /// <summary>Gets the model that would be asked first, or <see langword="null"/> when none may be.</summary>
    public string? ChosenModelId { get; init; }

    /// <summary>Gets why, as a short code such as <c>cheapest-capable</c>.</summary>
    public required string Reason { get; init; }

    /// <summary>Gets the models that may be asked, in the order of their cost.</summary>
    public IReadOnlyList<RoutingCandidate> Candidates { get; init; } = [];

    /// <summary>Gets the earliest time at which a model that rests after faults may be asked again, or <see langword="null"/> when none does.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>Gets the models that are left out, and why.</summary>
    public IReadOnlyList<RoutingCandidate> Excluded { get; init; } = [];
}
