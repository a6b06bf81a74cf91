namespace TokenThrift.Requests;

/// <summary>How near a request is to a cap; a feature of its <see cref="RequestContext"/> that the budget ladder sets and others may heed.</summary>
/// <remarks>From 0.8 on compression takes parts out of smaller results, and nothing is spent on audits. Absent where no cap applies.</remarks>
/// <param name="Used">The largest share of a limit that is spent or held, from 0 up; 1 is the cap.</param>
public sealed record SpendPressure(double Used)
{
    // The share from which the ladder warns by default.
    private const double High = 0.8;

    /// <summary>Gets a value indicating whether the cap is near: compression works harder, and nothing is spent on audits.</summary>
    internal bool IsHigh => Used >= High;
}
