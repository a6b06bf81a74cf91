namespace TokenThrift.Models;

/// <summary>The application's own additions to the catalogue.</summary>
/// <remarks>Binds from configuration. Prices and models reload with it: make the catalogue anew with <see cref="ModelCatalog.With(ModelCatalogOptions)"/>.</remarks>
public sealed class ModelCatalogOptions
{
    /// <summary>Gets the models to add or to correct; later ones win, and may be based on earlier ones.</summary>
    /// <value>Empty by default.</value>
    public IList<ModelOverride> Overrides { get; } = [];

    /// <summary>Gets or sets the age from which a price is warned of, once for each model; 1 day to 10 years.</summary>
    /// <value>The default is 180 days.</value>
    public TimeSpan PriceAgeWarning { get; set; } = TimeSpan.FromDays(180);

    /// <summary>Finds the first setting that is outside its limits.</summary>
    /// <returns>The error, naming the property and its limits, or <see langword="null"/>.</returns>
    public string? Validate()
    {
        for (int i = 0; i < Overrides.Count; i++)
        {
            if (Overrides[i] is not { } entry)
            {
                return $"{nameof(Overrides)}:{i} must not be null.";
            }

            if (entry.Error($"{nameof(Overrides)}:{i}:") is { } error)
            {
                return error;
            }
        }

        return PriceAgeWarning < TimeSpan.FromDays(1) || PriceAgeWarning > TimeSpan.FromDays(3653)
            ? $"{nameof(PriceAgeWarning)} must be 1 day to 10 years."
            : null;
    }
}
