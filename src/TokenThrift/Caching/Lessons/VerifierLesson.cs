using System.Text.Json.Serialization;

namespace TokenThrift.Caching;

/// <summary>What the verifier said of a candidate.</summary>
/// <param name="IsAccepted">Whether it accepted it; null where it was not asked or gave no answer.</param>
/// <param name="Doubt">The estimate of the candidate's error without it.</param>
/// <param name="AskProbability">With what probability both it and the model were going to be asked.</param>
internal sealed record VerifierLesson(
    [property: JsonPropertyName("a")] bool? IsAccepted,
    [property: JsonPropertyName("d")] double Doubt,
    [property: JsonPropertyName("p")] double AskProbability);
