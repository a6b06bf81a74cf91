namespace TokenThrift.Routing;

/// <summary>A promise: answers are, on average, at least this good a share of the strongest model's.</summary>
/// <param name="Quality">The share of the strongest model's quality that must be kept, in (0, 1].</param>
/// <param name="Confidence">How sure the promise must be, in (0, 1): with 0.95 at most one calibration in twenty breaks it.</param>
public readonly record struct QualityFloor(double Quality, double Confidence = 0.95)
{
    /// <summary>Finds what is out of its limits.</summary>
    /// <returns>A message, or <see langword="null"/>.</returns>
    public string? Validate() =>
        Quality is not (> 0 and <= 1) ? FormattableString.Invariant($"QualityFloor.Quality is {Quality}; it must be above 0 and at most 1.")
        : Confidence is not (> 0 and < 1) ? FormattableString.Invariant($"QualityFloor.Confidence is {Confidence}; it must be above 0 and below 1.")
        : null;
}
