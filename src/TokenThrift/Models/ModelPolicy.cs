namespace TokenThrift.Models;

/// <summary>Which models may be used, by who operates them, whose lab trained them and where they run.</summary>
/// <remarks>
/// <para>Four separate questions are asked of a model: the <b>vendor</b>; the <b>jurisdiction</b> of the vendor's company;
/// the <b>origin</b>, the country of the lab that trained it; the <b>region</b> that serves the requests. A Chinese
/// open-weight model on a French host answers them differently from the lab's own endpoint.</para>
/// <para>An allow-list that is not empty excludes what it does not name, and so also what is not known: unknown is not
/// allowed. A deny-list excludes what it names and, alone, keeps the unknown. <c>EU</c> in a list stands for its
/// member states too.</para>
/// <para>An empty policy allows everything. Set it up first; then it is safe for concurrent reading.</para>
/// </remarks>
public sealed class ModelPolicy
{
    /// <summary>Gets the vendors that may be used, such as <c>openai</c>.</summary>
    /// <value>Empty by default: any.</value>
    public IList<string> AllowedVendors { get; } = [];

    /// <summary>Gets the vendors that may not be used.</summary>
    /// <value>Empty by default: none.</value>
    public IList<string> DeniedVendors { get; } = [];

    /// <summary>Gets the operator jurisdictions that may be used (ISO 3166 country codes, or <c>EU</c>).</summary>
    /// <value>Empty by default: any.</value>
    public IList<string> AllowedJurisdictions { get; } = [];

    /// <summary>Gets the operator jurisdictions that may not be used.</summary>
    /// <value>Empty by default: none.</value>
    public IList<string> DeniedJurisdictions { get; } = [];

    /// <summary>Gets the countries whose labs' models may be used (ISO 3166 country codes, or <c>EU</c>).</summary>
    /// <value>Empty by default: any.</value>
    public IList<string> AllowedOrigins { get; } = [];

    /// <summary>Gets the countries whose labs' models may not be used.</summary>
    /// <value>Empty by default: none.</value>
    public IList<string> DeniedOrigins { get; } = [];

    /// <summary>Gets the serving regions that may be used (ISO 3166 country codes, or <c>EU</c>).</summary>
    /// <value>Empty by default: any.</value>
    public IList<string> AllowedRegions { get; } = [];

    /// <summary>Gets the serving regions that may not be used.</summary>
    /// <value>Empty by default: none.</value>
    public IList<string> DeniedRegions { get; } = [];

    /// <summary>Gets or sets a value indicating whether models that their vendor has announced the end of may be used.</summary>
    /// <value>The default is <see langword="true"/>.</value>
    public bool AllowDeprecated { get; set; } = true;

    /// <summary>Gets further rules by the class of the data in a request, such as <c>confidential</c>.</summary>
    /// <remarks>
    /// A request that names a class must satisfy these rules and those of its class; classes within classes are ignored.
    /// Once any class has rules, a request that names one without is refused: a mistyped class must not open the gate.
    /// </remarks>
    /// <value>Empty by default.</value>
    public IDictionary<string, ModelPolicy> DataClasses { get; } = new Dictionary<string, ModelPolicy>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets a value indicating whether the policy allows everything.</summary>
    public bool IsEmpty => AllowDeprecated && DataClasses.Count == 0 && Axes(null).All(axis => axis.Allowed.Count == 0 && axis.Denied.Count == 0);

    /// <summary>Adds to <see cref="AllowedJurisdictions"/>.</summary>
    /// <param name="jurisdictions">ISO 3166 country codes, or <c>EU</c>.</param>
    /// <returns>This policy.</returns>
    public ModelPolicy AllowJurisdictions(params ReadOnlySpan<string> jurisdictions) => Add(AllowedJurisdictions, jurisdictions);

    /// <summary>Adds to <see cref="DeniedJurisdictions"/>.</summary>
    /// <param name="jurisdictions">ISO 3166 country codes, or <c>EU</c>.</param>
    /// <returns>This policy.</returns>
    public ModelPolicy DenyJurisdictions(params ReadOnlySpan<string> jurisdictions) => Add(DeniedJurisdictions, jurisdictions);

    /// <summary>Adds to <see cref="AllowedVendors"/>.</summary>
    /// <param name="vendors">Vendors as the catalogue names them.</param>
    /// <returns>This policy.</returns>
    public ModelPolicy AllowVendors(params ReadOnlySpan<string> vendors) => Add(AllowedVendors, vendors);

    /// <summary>Adds to <see cref="DeniedVendors"/>.</summary>
    /// <param name="vendors">Vendors as the catalogue names them.</param>
    /// <returns>This policy.</returns>
    public ModelPolicy DenyVendors(params ReadOnlySpan<string> vendors) => Add(DeniedVendors, vendors);

    /// <summary>Adds to <see cref="AllowedOrigins"/>.</summary>
    /// <param name="origins">ISO 3166 country codes, or <c>EU</c>.</param>
    /// <returns>This policy.</returns>
    public ModelPolicy AllowOrigins(params ReadOnlySpan<string> origins) => Add(AllowedOrigins, origins);

    /// <summary>Adds to <see cref="DeniedOrigins"/>.</summary>
    /// <param name="origins">ISO 3166 country codes, or <c>EU</c>.</param>
    /// <returns>This policy.</returns>
    public ModelPolicy DenyOrigins(params ReadOnlySpan<string> origins) => Add(DeniedOrigins, origins);

    /// <summary>Adds to <see cref="AllowedRegions"/>.</summary>
    /// <param name="regions">ISO 3166 country codes, or <c>EU</c>.</param>
    /// <returns>This policy.</returns>
    public ModelPolicy AllowRegions(params ReadOnlySpan<string> regions) => Add(AllowedRegions, regions);

    /// <summary>Adds to <see cref="DeniedRegions"/>.</summary>
    /// <param name="regions">ISO 3166 country codes, or <c>EU</c>.</param>
    /// <returns>This policy.</returns>
    public ModelPolicy DenyRegions(params ReadOnlySpan<string> regions) => Add(DeniedRegions, regions);

    /// <summary>Says whether a model may be used.</summary>
    /// <param name="model">The model, or <see langword="null"/> when it is not in the catalogue; then all about it is unknown.</param>
    /// <param name="dataClass">The class of the request's data, or <see langword="null"/> for none.</param>
    /// <returns>The verdict, with every reason against the model.</returns>
    public PolicyVerdict Check(ModelInfo? model, string? dataClass = null)
    {
        List<string>? reasons = null;
        Collect(model, string.Empty, ref reasons);
        if (dataClass is not null && DataClasses.Count > 0)
        {
            if (DataClasses.TryGetValue(dataClass, out ModelPolicy? rules))
            {
                rules.Collect(model, $" for {dataClass} data", ref reasons);
            }
            else
            {
                (reasons ??= []).Add($"the data class '{dataClass}' has no rules");
            }
        }

        return reasons is null ? PolicyVerdict.Allowed : new PolicyVerdict(reasons);
    }

    /// <summary>Finds the first setting that cannot be meant.</summary>
    /// <returns>The error, naming the property and its limits, or <see langword="null"/>.</returns>
    public string? Validate() => Validate(string.Empty);

    private static ModelPolicy Add(IList<string> list, ReadOnlySpan<string> names, ModelPolicy policy)
    {
        foreach (string name in names)
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(name);
            list.Add(name);
        }

        return policy;
    }

    private ModelPolicy Add(IList<string> list, ReadOnlySpan<string> names) => Add(list, names, this);

    private PolicyAxis[] Axes(ModelInfo? model) =>
    [
        new("vendor", "Vendors", model?.Vendor, AllowedVendors, DeniedVendors, IsPlace: false),
        new("jurisdiction", "Jurisdictions", model?.Jurisdiction, AllowedJurisdictions, DeniedJurisdictions, IsPlace: true),
        new("origin", "Origins", model?.Origin, AllowedOrigins, DeniedOrigins, IsPlace: true),
        new("region", "Regions", model?.Region, AllowedRegions, DeniedRegions, IsPlace: true),
    ];

    private void Collect(ModelInfo? model, string forWhat, ref List<string>? reasons)
    {
        foreach (PolicyAxis axis in Axes(model))
        {
            if (axis.Objection() is { } objection)
            {
                (reasons ??= []).Add(objection + forWhat);
            }
        }

        if (!AllowDeprecated && model?.IsDeprecated == true)
        {
            (reasons ??= []).Add("the vendor has announced its end" + forWhat);
        }
    }

    private string? Validate(string path)
    {
        foreach (PolicyAxis axis in Axes(null))
        {
            if (axis.Error(path) is { } error)
            {
                return error;
            }
        }

        foreach ((string name, ModelPolicy rules) in DataClasses)
        {
            if (string.IsNullOrWhiteSpace(name) || rules is null)
            {
                return $"{path}{nameof(DataClasses)} needs a name and rules for each class.";
            }

            if (rules.Validate($"{path}{nameof(DataClasses)}:{name}:") is { } error)
            {
                return error;
            }
        }

        return null;
    }
}
