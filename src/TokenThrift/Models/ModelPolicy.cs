namespace TokenThrift.Models;

/// <summary>Decides which models may see a request. Immutable in effect: the options must not change after it is made. Safe for concurrent use.</summary>
public sealed class ModelPolicy
{
    private readonly ModelPolicyOptions _options;

    /// <summary>Initializes a new instance of the <see cref="ModelPolicy"/> class.</summary>
    /// <param name="options">The rules.</param>
    /// <exception cref="ArgumentException">A rule is wrong.</exception>
    public ModelPolicy(ModelPolicyOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Validate() is { } wrong)
        {
            throw new ArgumentException(wrong, nameof(options));
        }

        _options = options;
    }

    /// <summary>Says why a model must not see a request.</summary>
    /// <param name="model">What is known of the model; one that is not in the catalogue has an id and nothing else.</param>
    /// <param name="classification">The data classification of the request, or <see langword="null"/>.</param>
    /// <returns>The reasons; none when it may.</returns>
    public IReadOnlyList<string> Exclusions(ModelInfo model, string? classification = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        List<string>? reasons = null;
        Apply(_options, model, ref reasons);
        if (classification is not null)
        {
            if (_options.Classifications.TryGetValue(classification, out ModelRules? further))
            {
                Apply(further, model, ref reasons);
            }
            else if (_options.RefuseUnknownClassifications)
            {
                (reasons ??= []).Add($"the data classification '{classification}' is not defined");
            }
        }

        return reasons ?? (IReadOnlyList<string>)[];
    }

    /// <summary>Gets a value indicating whether shares of the spend are capped.</summary>
    internal bool CapsShares => _options.Shares.HasCaps;

    /// <summary>Gets a value indicating whether a call that would break a share cap is refused; otherwise another leg is only preferred.</summary>
    internal bool RefusesOverShare => _options.Shares.WhenReached == WhenShareReached.Refuse;

    /// <summary>Says which share cap a call would break.</summary>
    /// <param name="model">The model that would be called.</param>
    /// <param name="expected">What the call is expected to cost, or <see langword="null"/> when its price is not known.</param>
    /// <param name="shares">The live shares.</param>
    /// <returns>The reason, or <see langword="null"/> when no cap stands against it.</returns>
    public string? OverShare(ModelInfo model, NanoUsd? expected, ISpendShares shares)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(shares);
        return _options.Shares.HasCaps ? ShareCaps.Broken(_options.Shares, model, expected, shares) : null;
    }

    private static void Apply(ModelRules rules, ModelInfo model, ref List<string>? reasons)
    {
        Place("operator jurisdiction", model.Jurisdiction, rules.AllowedJurisdictions, rules.DeniedJurisdictions, ref reasons);
        Place("model origin", model.Origin, rules.AllowedOrigins, rules.DeniedOrigins, ref reasons);
        Place("serving region", model.Region, rules.AllowedRegions, rules.DeniedRegions, ref reasons);
        Name("vendor", model.Vendor, rules.AllowedVendors, rules.DeniedVendors, ref reasons);
        Name("model", model.Id, rules.AllowedModels, rules.DeniedModels, ref reasons);
        if (rules.DenyDeprecated && model.IsDeprecated)
        {
            (reasons ??= []).Add("the vendor has announced the model's end");
        }
    }

    private static void Place(string what, string? place, IList<string> allowed, IList<string> denied, ref List<string>? reasons) =>
        Check(what, place, allowed, denied, Covers, ref reasons, static (entry, place) => Covers(entry, place) || Covers(place, entry));

    private static void Name(string what, string? name, IList<string> allowed, IList<string> denied, ref List<string>? reasons) =>
        Check(what, name, allowed, denied, Same, ref reasons, Same);

    private static void Check(string what, string? value, IList<string> allowed, IList<string> denied, Func<string, string, bool> matches, ref List<string>? reasons, Func<string, string, bool> mayBe)
    {
        if (value is null)
        {
            // What is not known cannot be shown to be allowed, nor to be other than what is denied.
            if (allowed.Count > 0 || denied.Count > 0)
            {
                (reasons ??= []).Add($"its {what} is not known");
            }
        }
        else if (denied.Any(entry => mayBe(entry, value)))
        {
            (reasons ??= []).Add($"its {what} {value} is denied");
        }
        else if (allowed.Count > 0 && !allowed.Any(entry => matches(entry, value)))
        {
            (reasons ??= []).Add($"its {what} {value} is not allowed");
        }
    }

    // A model served "in the EU" may be served in any member state: it is not shown to be in one, nor out of it.
    private static bool Covers(string entry, string place) => Same(entry, place) || (Same(entry, "EU") && EuropeanUnion.Has(place));

    private static bool Same(string entry, string value) => string.Equals(entry, value, StringComparison.OrdinalIgnoreCase);
}
