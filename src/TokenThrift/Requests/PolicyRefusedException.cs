using TokenThrift.Models;

namespace TokenThrift.Requests;

/// <summary>A call that the policy over models does not allow; nothing was sent.</summary>
public sealed class PolicyRefusedException : CallRefusedException
{
    /// <summary>Initializes a new instance of the <see cref="PolicyRefusedException"/> class.</summary>
    /// <param name="modelId">The model, or <see langword="null"/> when it is not known.</param>
    /// <param name="verdict">Why it may not be used.</param>
    public PolicyRefusedException(string? modelId, PolicyVerdict verdict)
        : base($"The policy does not allow the model '{modelId ?? "(not known)"}': {verdict}.")
    {
        ModelId = modelId;
        Verdict = verdict;
    }

    /// <summary>Gets the model that was asked for, or <see langword="null"/> when it is not known.</summary>
    public string? ModelId { get; }

    /// <summary>Gets why it may not be used.</summary>
    public PolicyVerdict Verdict { get; }
}
