namespace TokenThrift.Models;

/// <summary>An entry of the application's own: it changes what the catalogue knows of a model, or adds a model. Bindable from configuration.</summary>
/// <remarks>What is left out stays as the catalogue has it, or unknown for a new model. Prices are US dollars per million tokens.</remarks>
public sealed class ModelOverride
{
    private const decimal PicoPerUsdPerMillion = 1_000_000m;
    private const decimal Dearest = 1_000_000m;

    /// <summary>Gets or sets the id that requests use. Required.</summary>
    public string Id { get; set; } = string.Empty;

    /// <summary>Gets or sets the vendor that operates the endpoint.</summary>
    public string? Vendor { get; set; }

    /// <summary>Gets or sets the family, which chooses the token counter.</summary>
    public string? Family { get; set; }

    /// <summary>Gets or sets the jurisdiction of the operator: a country code, or <c>EU</c>.</summary>
    public string? Jurisdiction { get; set; }

    /// <summary>Gets or sets the country of the lab that trained the model.</summary>
    public string? Origin { get; set; }

    /// <summary>Gets or sets the region that serves the requests.</summary>
    public string? Region { get; set; }

    /// <summary>Gets or sets the price of input.</summary>
    /// <value>USD per million tokens, 0 to 1,000,000 in steps of 0.000001.</value>
    public decimal? InputUsdPerMillion { get; set; }

    /// <summary>Gets or sets the price of input that the provider's prompt cache served.</summary>
    /// <value>USD per million tokens.</value>
    public decimal? CachedInputUsdPerMillion { get; set; }

    /// <summary>Gets or sets the price of input that is written to the provider's prompt cache.</summary>
    /// <value>USD per million tokens.</value>
    public decimal? CacheWriteUsdPerMillion { get; set; }

    /// <summary>Gets or sets the price of output.</summary>
    /// <value>USD per million tokens.</value>
    public decimal? OutputUsdPerMillion { get; set; }

    /// <summary>Gets or sets the price of reasoning.</summary>
    /// <value>USD per million tokens.</value>
    public decimal? ReasoningUsdPerMillion { get; set; }

    /// <summary>Gets or sets the day on which the prices were read.</summary>
    public DateOnly? PricedOn { get; set; }

    /// <summary>Gets or sets the context window in tokens.</summary>
    public long? ContextTokens { get; set; }

    /// <summary>Gets or sets the largest output in tokens.</summary>
    public long? MaxOutputTokens { get; set; }

    /// <summary>Gets or sets what the model can take and give.</summary>
    public ModelCapabilities? Capabilities { get; set; }

    /// <summary>Finds the first value that is wrong.</summary>
    /// <returns>A message that names the property and its limits, or <see langword="null"/>.</returns>
    public string? Validate() =>
        string.IsNullOrWhiteSpace(Id) ? $"{nameof(Id)} is blank; name the model."
        : Price(nameof(InputUsdPerMillion), InputUsdPerMillion)
        ?? Price(nameof(CachedInputUsdPerMillion), CachedInputUsdPerMillion)
        ?? Price(nameof(CacheWriteUsdPerMillion), CacheWriteUsdPerMillion)
        ?? Price(nameof(OutputUsdPerMillion), OutputUsdPerMillion)
        ?? Price(nameof(ReasoningUsdPerMillion), ReasoningUsdPerMillion)
        ?? (ContextTokens is < 1 ? $"{nameof(ContextTokens)} is {ContextTokens}; it must be at least 1."
            : MaxOutputTokens is < 1 ? $"{nameof(MaxOutputTokens)} is {MaxOutputTokens}; it must be at least 1." : null);

    /// <summary>Returns the entry of a catalogue with these changes.</summary>
    /// <param name="catalog">The catalogue; not changed.</param>
    /// <returns>The entry.</returns>
    public ModelInfo ApplyTo(ModelCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ModelInfo model = catalog.Find(Id) ?? new ModelInfo(Id);
        ModelPrices prices = model.Prices;
        bool changesPrice = InputUsdPerMillion is not null || OutputUsdPerMillion is not null || CachedInputUsdPerMillion is not null
            || CacheWriteUsdPerMillion is not null || ReasoningUsdPerMillion is not null;
        if (changesPrice)
        {
            // Tiers belong to the list price; with a price of the application's own they no longer hold.
            prices = new ModelPrices(Pico(InputUsdPerMillion) ?? prices.Input, Pico(OutputUsdPerMillion) ?? prices.Output)
            {
                CachedInput = Pico(CachedInputUsdPerMillion) ?? prices.CachedInput,
                CacheWrite = Pico(CacheWriteUsdPerMillion) ?? prices.CacheWrite,
                Reasoning = Pico(ReasoningUsdPerMillion) ?? prices.Reasoning,
            };
        }

        return model with
        {
            Vendor = Vendor ?? model.Vendor,
            Family = Family ?? model.Family,
            Jurisdiction = Jurisdiction ?? model.Jurisdiction,
            Origin = Origin ?? model.Origin,
            Region = Region ?? model.Region,
            Prices = prices,
            PricedOn = PricedOn ?? (changesPrice ? null : model.PricedOn),
            ContextTokens = ContextTokens ?? model.ContextTokens,
            MaxOutputTokens = MaxOutputTokens ?? model.MaxOutputTokens,
            Capabilities = Capabilities ?? model.Capabilities,
        };
    }

    private static long? Pico(decimal? usdPerMillion) => usdPerMillion is { } usd ? decimal.ToInt64(usd * PicoPerUsdPerMillion) : null;

    private static string? Price(string name, decimal? usd) => usd switch
    {
        null => null,
        < 0 or > Dearest => $"{name} is {usd}; it must be from 0 to 1,000,000.",
        _ when decimal.Truncate(usd.Value * PicoPerUsdPerMillion) != usd.Value * PicoPerUsdPerMillion => $"{name} is {usd}; it must have at most six decimals.",
        _ => null,
    };
}
