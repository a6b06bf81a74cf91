namespace TokenThrift.Receipts;

/// <summary>What the router decided for a request.</summary>
public sealed record RoutingRecord
{
    /// <summary>Gets the model that the application asked for, or <see langword="null"/>.</summary>
    public string? RequestedModelId { get; init; }

    /// <summary>Gets the model that was chosen first.</summary>
    public string? ChosenModelId { get; init; }

    /// <summary>Gets the model whose answer was served, or <see langword="null"/> when none was.</summary>
    public string? ServedModelId { get; init; }

    /// <summary>Gets why the first model was chosen, as a short code.</summary>
    public string? Reason { get; init; }

    /// <summary>Gets the models that were left out, and why.</summary>
    public IReadOnlyDictionary<string, string> Excluded { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets the attempts, in the order in which they were made; their costs are those of the calls with the same number.</summary>
    public IReadOnlyList<RoutingAttempt> Attempts { get; init; } = [];

    /// <summary>Gets a value indicating whether every attempt failed its checks and the best of them was served.</summary>
    public bool IsDegraded { get; init; }
}
