namespace TokenThrift.Routing;

/// <summary>What a check found.</summary>
/// <param name="Verdict">The verdict.</param>
/// <param name="Reason">A short code such as <c>schema-invalid</c>; receipts carry it.</param>
public readonly record struct CheckResult(CheckVerdict Verdict, string? Reason = null)
{
    /// <summary>Gets the result of a check that cannot say.</summary>
    public static CheckResult Unknown => default;

    /// <summary>Gets the result of a check that found nothing wrong.</summary>
    public static CheckResult Pass => new(CheckVerdict.Pass);

    /// <summary>Gets what a model could be told to mend the answer, or <see langword="null"/>.</summary>
    public string? Message { get; init; }

    /// <summary>Gets how likely the answer is right by this check alone, in [0, 1], or <see langword="null"/> when the check gives no degree.</summary>
    public double? Quality { get; init; }

    /// <summary>
    /// Gets what the check measured, by name, or <see langword="null"/>: each 0 where it was not found, else about 1.
    /// They move no score by themselves; with labels the router learns what each is worth.
    /// </summary>
    public IReadOnlyDictionary<string, double>? Findings { get; init; }

    /// <summary>Makes the result of a check that found a fault.</summary>
    /// <param name="reason">A short code; receipts carry it.</param>
    /// <param name="message">What a model could be told to mend the answer, or <see langword="null"/>.</param>
    /// <returns>The result.</returns>
    public static CheckResult Fail(string reason, string? message = null) => new(CheckVerdict.Fail, reason) { Message = message };
}
