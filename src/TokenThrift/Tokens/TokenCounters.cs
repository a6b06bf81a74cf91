using TokenThrift.Models;

namespace TokenThrift.Tokens;

/// <summary>Gives the token counter of a model.</summary>
/// <remarks>Safe for concurrent use. Counters are shared, and so is their memory of what they have counted.</remarks>
public sealed class TokenCounters
{
    /// <summary>Gets the counters that are shared by everything in the process that names no others.</summary>
    public static TokenCounters Shared { get; } = new();

    /// <summary>Gets the calibration that the counters learn from reported usage.</summary>
    public TokenCalibration Calibration { get; } = new();

    /// <summary>Returns the counter for a model.</summary>
    /// <param name="model">The model, or <see langword="null"/> when it is not known.</param>
    /// <returns>The counter.</returns>
    public ITokenCounter For(ModelInfo? model) => _o200k;

    private readonly O200kTokenCounter _o200k = new();
}
