using System.Text.Json.Serialization;

namespace TokenThrift.Routing;

/// <summary>How often a leg's answers to a kind of work passed.</summary>
/// <param name="Leg">The id of the leg.</param>
/// <param name="TaskType">The kind of work.</param>
/// <param name="Passed">How many passed; at most <paramref name="Count"/>.</param>
/// <param name="Count">How many there were. Need not be whole: an answer that was not asked for gives a small credit.</param>
internal sealed record PassCount(
    [property: JsonPropertyName("m")] string Leg,
    [property: JsonPropertyName("k")] string TaskType,
    [property: JsonPropertyName("s")] double Passed,
    [property: JsonPropertyName("n")] double Count);
