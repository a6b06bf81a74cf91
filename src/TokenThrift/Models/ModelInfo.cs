namespace TokenThrift.Models;

/// <summary>What is known of one model at one vendor.</summary>
/// <remarks>Immutable. What is not known is <see langword="null"/>; nothing is guessed.</remarks>
/// <param name="Id">The id that requests use, such as <c>gpt-5.5</c>.</param>
public sealed record ModelInfo(string Id)
{
    /// <summary>Gets the vendor that operates the endpoint, such as <c>openai</c>, or <see langword="null"/>.</summary>
    public string? Vendor { get; init; }

    /// <summary>Gets the name for people, or <see langword="null"/>.</summary>
    public string? DisplayName { get; init; }

    /// <summary>Gets the family, which chooses the tokenizer estimator, or <see langword="null"/>.</summary>
    public string? Family { get; init; }

    /// <summary>Gets the jurisdiction of the operator (ISO 3166 country code, or <c>EU</c>), or <see langword="null"/> when unknown.</summary>
    public string? Jurisdiction { get; init; }

    /// <summary>Gets the country of the lab that trained the model (ISO 3166), or <see langword="null"/> when unknown.</summary>
    public string? Origin { get; init; }

    /// <summary>Gets the region that serves the requests, or <see langword="null"/> when unknown.</summary>
    public string? Region { get; init; }

    /// <summary>Gets the prices.</summary>
    public ModelPrices Prices { get; init; } = new(null, null);

    /// <summary>Gets the day on which the prices were read, or <see langword="null"/>.</summary>
    public DateOnly? PricedOn { get; init; }

    /// <summary>Gets the context window in tokens, input and output together, or <see langword="null"/>.</summary>
    public long? ContextTokens { get; init; }

    /// <summary>Gets the largest input in tokens where it is limited apart from the window, or <see langword="null"/>.</summary>
    public long? MaxInputTokens { get; init; }

    /// <summary>Gets the largest output in tokens, or <see langword="null"/>.</summary>
    public long? MaxOutputTokens { get; init; }

    /// <summary>Gets what the model can take and give.</summary>
    public ModelCapabilities Capabilities { get; init; }

    /// <summary>Gets a value indicating whether the vendor has announced the model's end.</summary>
    public bool IsDeprecated { get; init; }

    /// <summary>Gets how the vendor's prompt cache works.</summary>
    public PromptCacheRules PromptCache { get; init; } = PromptCacheRules.Default;
}
