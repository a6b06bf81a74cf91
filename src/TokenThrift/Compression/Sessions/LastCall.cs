namespace TokenThrift.Compression.Sessions;

/// <summary>The last call of a conversation.</summary>
/// <param name="At">When it was made.</param>
/// <param name="Tools">A hash of the request's tools.</param>
/// <param name="Missed">Whether the provider reported that it read nothing from its cache although it should have.</param>
internal sealed record LastCall(DateTimeOffset At, UInt128 Tools, bool Missed)
{
    /// <summary>Gets the input tokens that were counted; 0 where they were not.</summary>
    public long Counted { get; init; }

    /// <summary>Gets the input tokens that the provider reported; 0 where it did not.</summary>
    public long Reported { get; init; }

    /// <summary>Gets by how much the provider counted more than we did, as a factor; 1 where it did not or is not known.</summary>
    public double Overrun => Counted > 0 ? Math.Clamp((double)Reported / Counted, 1, InputLimit.LargestOverrun) : 1;
}
