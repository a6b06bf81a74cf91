using System.Text.Json.Serialization;
using TokenThrift.Lessons;

namespace TokenThrift.Caching;

/// <summary>One thing that the traffic has taught: what was decided about a question, and what came of it. The form in which it is kept.</summary>
internal sealed record Lesson : ILesson
{
    /// <summary>Gets when it was learnt, in milliseconds since 1970.</summary>
    [JsonPropertyName("t")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required long At { get; init; }

    /// <summary>Gets the evidence of the candidate (<see cref="HitEvidence.ToBytes"/>), or null where there was none.</summary>
    [JsonPropertyName("e")]
    public byte[]? Evidence { get; init; }

    /// <summary>Gets a value indicating whether serving the candidate came into question.</summary>
    [JsonPropertyName("i")]
    public bool IsInQuestion { get; init; }

    /// <summary>Gets the probability of being wrong at which the candidate was served or checked.</summary>
    [JsonPropertyName("p")]
    public double EstimatedError { get; init; }

    /// <summary>Gets a value indicating whether the candidate was served.</summary>
    [JsonPropertyName("s")]
    public bool IsServed { get; init; }

    /// <summary>Gets a value indicating whether it would have been served and was checked instead.</summary>
    [JsonPropertyName("c")]
    public bool IsAudit { get; init; }

    /// <summary>Gets a value indicating whether somebody reported what was served.</summary>
    [JsonPropertyName("r")]
    public bool IsReport { get; init; }

    /// <summary>Gets what came of the candidate, or null where it was not found out.</summary>
    [JsonPropertyName("w")]
    public AnswerComparison? Verdict { get; init; }

    /// <summary>Gets with what probability that was going to be found out.</summary>
    [JsonPropertyName("q")]
    public double Propensity { get; init; } = 1;

    /// <summary>Gets what had been foretold of it.</summary>
    [JsonPropertyName("f")]
    public double Foretold { get; init; }

    /// <summary>Gets a value indicating whether it says something of text that is equal after folding.</summary>
    [JsonPropertyName("x")]
    public bool IsAboutFolding { get; init; }

    /// <summary>Gets the group of the candidate's answer, or null.</summary>
    [JsonPropertyName("k")]
    public string? Kept { get; init; }

    /// <summary>Gets what the verifier had to do with it, or null.</summary>
    [JsonPropertyName("v")]
    public VerifierLesson? Verifier { get; init; }

    /// <summary>Gets the model's answer, or null where it was not asked.</summary>
    [JsonPropertyName("a")]
    public LearntAnswer? Answer { get; init; }

    // Answers are what is learnt from; hits tell how the traffic is made up.
    bool ILesson.IsSample => IsServed;

    bool ILesson.IsUrgent => IsAudit || IsReport;

    /// <summary>Gets what all partitions learn from it: numbers alone, no text and no key. Null where there are none.</summary>
    [JsonIgnore]
    public Lesson? ForAll => Evidence is null ? null : this with { Kept = null, Answer = null };
}
