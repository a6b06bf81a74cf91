using TokenThrift.Models;
using TokenThrift.Requests;

namespace TokenThrift.Routing;

/// <summary>What the router knows of one model for one request.</summary>
/// <param name="Model">The model.</param>
public sealed record RoutingCandidate(ModelInfo Model)
{
    /// <summary>Gets what the leg would charge; <see langword="null"/> when it was left out before it was asked.</summary>
    public CallQuote? Quote { get; init; }

    /// <summary>Gets what the models are ranked by: the expected cost of the quote, at the length of answer that such requests have had. <see langword="null"/> when a price is not known.</summary>
    public NanoUsd? RankedCost { get; init; }

    /// <summary>Gets the predicted share of right answers to requests like this one, in [0, 1].</summary>
    public double PredictedQuality { get; init; }

    /// <summary>Gets why the model is left out, or <see langword="null"/> when it may be asked.</summary>
    public string? Exclusion { get; init; }
}
