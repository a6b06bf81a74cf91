using TokenThrift.Models;

namespace TokenThrift.Requests;

/// <summary>A call that the policy over models refuses. Nothing was sent.</summary>
public sealed class ModelPolicyException : CallRefusedException
{
    /// <summary>Initializes a new instance of the <see cref="ModelPolicyException"/> class.</summary>
    /// <param name="model">The model.</param>
    /// <param name="reasons">Why it must not see the request.</param>
    public ModelPolicyException(ModelInfo model, IReadOnlyList<string> reasons)
        : base($"The policy does not let the model '{Checked(model).Id}' see this request: {string.Join("; ", reasons)}.")
    {
        Model = model;
        Reasons = reasons;
    }

    /// <summary>Gets the model.</summary>
    public ModelInfo Model { get; }

    /// <summary>Gets why it must not see the request.</summary>
    public IReadOnlyList<string> Reasons { get; }

    private static ModelInfo Checked(ModelInfo model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model;
    }
}
