namespace TokenThrift.Models;

/// <summary>An entry of the application's own: a new model, or corrections of a known one.</summary>
/// <remarks>Binds from configuration. What is left out stays as it is in the entry that this one is based on.</remarks>
public sealed class ModelOverride : ModelPriceOverride
{
    /// <summary>Gets or sets the id that requests use, such as the name of a deployment. Required.</summary>
    public string Id { get; set; } = string.Empty;

    /// <summary>Gets or sets the catalogue's model whose facts are taken over, such as <c>azure/gpt-5.5</c>.</summary>
    /// <value>The default is <see langword="null"/>: the model that <see cref="Id"/> names, if there is one.</value>
    public string? BasedOn { get; set; }

    /// <summary>Gets or sets the vendor that operates the endpoint.</summary>
    /// <value>The default is <see langword="null"/>: as before, or unknown.</value>
    public string? Vendor { get; set; }

    /// <summary>Gets or sets the family, which chooses the token counter: any id or part of one that it knows, such as <c>claude</c>.</summary>
    /// <value>The default is <see langword="null"/>: as before, or the model that this one is based on.</value>
    public string? Family { get; set; }

    /// <summary>Gets or sets the name for people.</summary>
    /// <value>The default is <see langword="null"/>: as before, or none.</value>
    public string? DisplayName { get; set; }

    /// <summary>Gets or sets the jurisdiction of the operator (ISO 3166 country code, or <c>EU</c>).</summary>
    /// <value>The default is <see langword="null"/>: as before, or unknown.</value>
    public string? Jurisdiction { get; set; }

    /// <summary>Gets or sets the country of the lab that trained the model (ISO 3166).</summary>
    /// <value>The default is <see langword="null"/>: as before, or unknown.</value>
    public string? Origin { get; set; }

    /// <summary>Gets or sets the region that serves the requests (ISO 3166 country code, or <c>EU</c>).</summary>
    /// <value>The default is <see langword="null"/>: as before, or unknown.</value>
    public string? Region { get; set; }

    /// <summary>Gets or sets the day on which the prices were read.</summary>
    /// <value>The default is <see langword="null"/>: as before, or not stated where this entry names prices.</value>
    public DateOnly? PricedOn { get; set; }

    /// <summary>Gets the prices of larger requests; any entry replaces all tiers of before.</summary>
    /// <value>Empty by default: as before.</value>
    public IList<PriceTierOverride> Tiers { get; } = [];

    /// <summary>Gets or sets the context window in tokens, at least 1.</summary>
    /// <value>The default is <see langword="null"/>: as before, or unknown.</value>
    public long? ContextTokens { get; set; }

    /// <summary>Gets or sets the largest input in tokens, at least 1.</summary>
    /// <value>The default is <see langword="null"/>: as before, or unknown.</value>
    public long? MaxInputTokens { get; set; }

    /// <summary>Gets or sets the largest output in tokens, at least 1.</summary>
    /// <value>The default is <see langword="null"/>: as before, or unknown.</value>
    public long? MaxOutputTokens { get; set; }

    /// <summary>Gets or sets what the model can take and give.</summary>
    /// <value>The default is <see langword="null"/>: as before, or nothing but text.</value>
    public ModelCapabilities? Capabilities { get; set; }

    /// <summary>Gets or sets whether the vendor has announced the model's end.</summary>
    /// <value>The default is <see langword="null"/>: as before, or not.</value>
    public bool? IsDeprecated { get; set; }

    /// <summary>Returns the entry of a catalogue with these changes.</summary>
    /// <param name="catalog">The catalogue; not changed.</param>
    /// <returns>The entry.</returns>
    public ModelInfo ApplyTo(ModelCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ModelInfo before = catalog.Find(BasedOn ?? Id) ?? new ModelInfo(Id) { PromptCache = PromptCaches.Of(Vendor ?? string.Empty, Id) };
        ModelPrices prices = Over(before.Prices);

        // Another operator is bound by another law and serves from elsewhere, whatever the model is.
        bool moved = Vendor is not null && !Vendor.Equals(before.Vendor, StringComparison.OrdinalIgnoreCase);
        return before with
        {
            Id = Id,
            Vendor = Vendor ?? before.Vendor,
            DisplayName = DisplayName ?? before.DisplayName,
            Family = Family ?? (BasedOn is null ? before.Family : before.Id),
            Jurisdiction = Jurisdiction ?? (moved ? Jurisdictions.OperatorOf(Vendor!) : before.Jurisdiction),
            Origin = Origin ?? before.Origin,
            Region = Region ?? (moved ? Jurisdictions.RegionOf(Vendor!, Id) : before.Region),
            PricedOn = PricedOn ?? (NamesAPrice ? null : before.PricedOn),
            Prices = Tiers.Count == 0 ? prices : prices with
            {
                // A tier starts from the prices below it, so that it need not repeat what stays.
                Tiers = [.. Tiers.OrderBy(t => t.AboveInputTokens).Select(t => new PriceTier(t.AboveInputTokens, t.Over(prices with { Tiers = [] })))],
            },
            ContextTokens = ContextTokens ?? before.ContextTokens,
            MaxInputTokens = MaxInputTokens ?? before.MaxInputTokens,
            MaxOutputTokens = MaxOutputTokens ?? before.MaxOutputTokens,
            Capabilities = Capabilities ?? before.Capabilities,
            IsDeprecated = IsDeprecated ?? before.IsDeprecated,
        };
    }

    /// <summary>Finds the first value that is outside its limits.</summary>
    /// <returns>The error, naming the property and its limits, or <see langword="null"/>.</returns>
    public string? Validate()
    {
        if (string.IsNullOrWhiteSpace(Id))
        {
            return $"{nameof(Id)} must not be blank.";
        }

        if (ContextTokens is < 1 || MaxInputTokens is < 1 || MaxOutputTokens is < 1)
        {
            return $"{nameof(ContextTokens)}, {nameof(MaxInputTokens)} and {nameof(MaxOutputTokens)} must be at least 1.";
        }

        if (Tiers.Any(t => t.AboveInputTokens < 1) || Tiers.DistinctBy(t => t.AboveInputTokens).Count() != Tiers.Count)
        {
            return $"{nameof(Tiers)} must each have an {nameof(PriceTierOverride.AboveInputTokens)} of their own, of at least 1.";
        }

        return PriceError(string.Empty) ?? Tiers.Select(t => t.PriceError($"{nameof(Tiers)}:")).FirstOrDefault(e => e is not null);
    }
}
