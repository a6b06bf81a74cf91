using TokenThrift.Models;
using TokenThrift.Requests;

namespace TokenThrift.Receipts;

/// <summary>One call to a provider, or one that was refused before it was sent.</summary>
public sealed record CallRecord
{
    /// <summary>Gets the number of the router's attempt that the call belongs to; 0 where there is no router.</summary>
    public int Attempt { get; init; }

    /// <summary>Gets what the call was for.</summary>
    public CallPurpose Purpose { get; init; }

    /// <summary>Gets a value indicating whether what it brings can answer the request: a judge's word, a summary and a vector cannot.</summary>
    internal bool CanAnswer => Purpose is CallPurpose.Answer or CallPurpose.Audit or CallPurpose.Retrieval;

    /// <summary>Gets the id of the model that was asked.</summary>
    public string? ModelId { get; init; }

    /// <summary>Gets the id of the model that the provider says answered, or <see langword="null"/>.</summary>
    public string? ServedModelId { get; init; }

    /// <summary>Gets what the catalogue says of the model, or <see langword="null"/>.</summary>
    public ModelInfo? Model { get; init; }

    /// <summary>Gets the usage: as the provider reported it, or counted where <see cref="IsEstimated"/>.</summary>
    public TokenUsage Usage { get; init; }

    /// <summary>Gets the input tokens as they were counted before the call, uncalibrated.</summary>
    public long CountedInputTokens { get; init; }

    /// <summary>Gets a value indicating whether <see cref="Usage"/> is our count because the provider reported none.</summary>
    public bool IsEstimated { get; init; }

    /// <summary>Gets the cost, or <see langword="null"/> when a price is not known.</summary>
    public NanoUsd? Cost { get; init; }

    /// <summary>Gets what was held for the call before it was sent, or <see langword="null"/> when nothing was.</summary>
    public NanoUsd? Held { get; init; }

    /// <summary>Gets what the ledger posted for the call, or <see langword="null"/> when nothing was held. It differs from <see cref="Cost"/> only where nobody knows what the provider will bill.</summary>
    public NanoUsd? Settled { get; init; }

    /// <summary>Gets what the call asked of a model: tools, pictures, a schema.</summary>
    public ModelCapabilities Needs { get; init; }

    /// <summary>Gets how the call ended.</summary>
    public CallOutcome Outcome { get; init; }

    /// <summary>Gets why, as a short code such as <c>schema-invalid</c> or an exception's type name, or <see langword="null"/>.</summary>
    public string? Reason { get; init; }

    /// <summary>Gets the finish reason that the provider gave, or <see langword="null"/>.</summary>
    public string? FinishReason { get; init; }

    /// <summary>Gets how long the call took.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Gets a value indicating whether the provider is known not to bill the call, because it failed before any work was done.</summary>
    public bool IsUnbilled { get; init; }

    /// <summary>Gets the prompt as it was sent, for the simulation of the provider's prompt cache; gone once the receipt is written.</summary>
    internal SentPrompt? Sent { get; init; }
}
