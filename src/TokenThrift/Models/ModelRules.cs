namespace TokenThrift.Models;

/// <summary>Which models may see a request: lists of what is allowed and what is denied, as they are bound from configuration.</summary>
/// <remarks>
/// An empty allow-list allows everything; one that is not empty allows only what is in it, and a model of which the fact is not
/// known is then excluded. A deny-list excludes what is in it. Jurisdictions, origins and regions are ISO 3166 country codes, or
/// <c>EU</c>, which stands for the member states too. Comparisons ignore case.
/// </remarks>
public class ModelRules
{
    /// <summary>Gets the jurisdictions of operators that are allowed.</summary>
    /// <value>Default empty: all.</value>
    public IList<string> AllowedJurisdictions { get; } = [];

    /// <summary>Gets the jurisdictions of operators that are denied.</summary>
    /// <value>Default empty.</value>
    public IList<string> DeniedJurisdictions { get; } = [];

    /// <summary>Gets the countries of the training labs that are allowed.</summary>
    /// <value>Default empty: all.</value>
    public IList<string> AllowedOrigins { get; } = [];

    /// <summary>Gets the countries of the training labs that are denied.</summary>
    /// <value>Default empty.</value>
    public IList<string> DeniedOrigins { get; } = [];

    /// <summary>Gets the serving regions that are allowed.</summary>
    /// <value>Default empty: all.</value>
    public IList<string> AllowedRegions { get; } = [];

    /// <summary>Gets the serving regions that are denied.</summary>
    /// <value>Default empty.</value>
    public IList<string> DeniedRegions { get; } = [];

    /// <summary>Gets the vendors that are allowed.</summary>
    /// <value>Default empty: all.</value>
    public IList<string> AllowedVendors { get; } = [];

    /// <summary>Gets the vendors that are denied.</summary>
    /// <value>Default empty.</value>
    public IList<string> DeniedVendors { get; } = [];

    /// <summary>Gets the ids of models that are allowed.</summary>
    /// <value>Default empty: all.</value>
    public IList<string> AllowedModels { get; } = [];

    /// <summary>Gets the ids of models that are denied.</summary>
    /// <value>Default empty.</value>
    public IList<string> DeniedModels { get; } = [];

    /// <summary>Gets or sets a value indicating whether models whose end the vendor has announced are denied.</summary>
    /// <value>Default <see langword="false"/>.</value>
    public bool DenyDeprecated { get; set; }

    /// <summary>Allows operators of these jurisdictions, and of those allowed before; others are excluded.</summary>
    /// <param name="codes">Country codes, or <c>EU</c>.</param>
    public void AllowJurisdictions(params string[] codes) => Add(AllowedJurisdictions, codes);

    /// <summary>Excludes operators of these jurisdictions.</summary>
    /// <param name="codes">Country codes, or <c>EU</c>.</param>
    public void DenyJurisdictions(params string[] codes) => Add(DeniedJurisdictions, codes);

    /// <summary>Allows these vendors, and those allowed before; others are excluded.</summary>
    /// <param name="vendors">Vendors as the catalogue names them, such as <c>openai</c>.</param>
    public void AllowVendors(params string[] vendors) => Add(AllowedVendors, vendors);

    /// <summary>Excludes these vendors.</summary>
    /// <param name="vendors">Vendors as the catalogue names them, such as <c>openai</c>.</param>
    public void DenyVendors(params string[] vendors) => Add(DeniedVendors, vendors);

    /// <summary>Finds the first entry that is wrong.</summary>
    /// <returns>A message that names the list and its limits, or <see langword="null"/>.</returns>
    public virtual string? Validate() =>
        Codes(nameof(AllowedJurisdictions), AllowedJurisdictions)
        ?? Codes(nameof(DeniedJurisdictions), DeniedJurisdictions)
        ?? Codes(nameof(AllowedOrigins), AllowedOrigins)
        ?? Codes(nameof(DeniedOrigins), DeniedOrigins)
        ?? Codes(nameof(AllowedRegions), AllowedRegions)
        ?? Codes(nameof(DeniedRegions), DeniedRegions)
        ?? Names(nameof(AllowedVendors), AllowedVendors)
        ?? Names(nameof(DeniedVendors), DeniedVendors)
        ?? Names(nameof(AllowedModels), AllowedModels)
        ?? Names(nameof(DeniedModels), DeniedModels);

    private static void Add(IList<string> list, string[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        foreach (string value in values)
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(value, nameof(values));
            list.Add(value);
        }
    }

    private static string? Codes(string name, IList<string> list)
    {
        foreach (string code in list)
        {
            if (code is not { Length: 2 } || !code.All(char.IsAsciiLetter))
            {
                return $"{name} holds '{code}'; an entry must be a two-letter country code, or EU.";
            }
        }

        return null;
    }

    private static string? Names(string name, IList<string> list) => list.Any(string.IsNullOrWhiteSpace) ? $"{name} holds a blank entry; an entry must be a name." : null;
}
