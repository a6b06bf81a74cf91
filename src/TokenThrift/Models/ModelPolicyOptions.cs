namespace TokenThrift.Models;

/// <summary>The policy over models. It binds every leg alike: first choices, fallbacks, judges, audits and embeddings.</summary>
public sealed class ModelPolicyOptions : ModelRules
{
    /// <summary>Gets further rules for requests of a data classification, which come on top of the general ones.</summary>
    /// <value>Default empty. The classification of a request is its setting <c>tokenthrift.data-classification</c>.</value>
    public IDictionary<string, ModelRules> Classifications { get; } = new Dictionary<string, ModelRules>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets or sets a value indicating whether a request whose classification is not in <see cref="Classifications"/> is refused.</summary>
    /// <value>Default <see langword="true"/>: a misspelt classification must not lift its rules. A request that names none is not affected.</value>
    public bool RefuseUnknownClassifications { get; set; } = true;

    /// <summary>Gets the caps on the share of the spend that one vendor or jurisdiction may have.</summary>
    public ShareCapOptions Shares { get; } = new();

    /// <inheritdoc/>
    public override string? Validate()
    {
        if (base.Validate() is { } wrong)
        {
            return wrong;
        }

        foreach ((string name, ModelRules rules) in Classifications)
        {
            if (rules.Validate() is { } wrongRule)
            {
                return $"{nameof(Classifications)}[{name}].{wrongRule}";
            }
        }

        return Shares.Validate() is { } wrongShare ? $"{nameof(Shares)}.{wrongShare}" : null;
    }
}
