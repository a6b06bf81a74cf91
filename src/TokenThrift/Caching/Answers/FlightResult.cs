namespace TokenThrift.Caching.Answers;

/// <summary>How the leader of a flight fared.</summary>
/// <param name="Answer">The answer, where it may be shared.</param>
/// <param name="IsOver">Whether the leader got an answer, shareable or not; otherwise a follower takes its place.</param>
internal readonly record struct FlightResult(CachedAnswer? Answer, bool IsOver)
{
    public static FlightResult Failed => default;

    public static FlightResult Private => new(null, true);
}
