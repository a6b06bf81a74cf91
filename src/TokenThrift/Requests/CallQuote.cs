using TokenThrift.Models;

namespace TokenThrift.Requests;

/// <summary>What a leg would charge for a request, said before anything is sent.</summary>
/// <remarks>All of it is an estimate but <see cref="WorstCase"/>, which is a bound. Immutable.</remarks>
public sealed record CallQuote
{
    /// <summary>Gets the model, or <see langword="null"/> when it is not in the catalogue.</summary>
    public ModelInfo? Model { get; init; }

    /// <summary>Gets the expected input tokens, cached ones included.</summary>
    public long InputTokens { get; init; }

    /// <summary>Gets the part of <see cref="InputTokens"/> that the provider's prompt cache is expected to serve.</summary>
    public long CachedInputTokens { get; init; }

    /// <summary>Gets the expected output tokens.</summary>
    public long OutputTokens { get; init; }

    /// <summary>Gets the expected cost, or <see langword="null"/> when a price is not known.</summary>
    public NanoUsd? Expected { get; init; }

    /// <summary>Gets the cost that the call cannot exceed, or <see langword="null"/> when it cannot be bounded.</summary>
    public NanoUsd? WorstCase { get; init; }

    /// <summary>Gets why the leg cannot serve the request now, or <see langword="null"/> when it can.</summary>
    public string? Refusal { get; init; }

    /// <summary>Gets why another leg should serve the request where one can: this one's vendor or jurisdiction would pass its share of the spend. <see langword="null"/> when no cap stands against it.</summary>
    public string? OverShare { get; init; }

    /// <summary>Gets a value indicating whether the leg can serve the request now.</summary>
    public bool Fits => Refusal is null;
}
