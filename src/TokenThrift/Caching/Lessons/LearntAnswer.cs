using System.Text.Json.Serialization;

namespace TokenThrift.Caching;

/// <summary>A question that the model answered, as it is kept with a <see cref="Lesson"/>.</summary>
internal sealed record LearntAnswer
{
    /// <summary>Gets the key of the answer in the exact tier.</summary>
    [JsonPropertyName("i")]
    public required string Id { get; init; }

    /// <summary>Gets what must be equal in a question for it to be found.</summary>
    [JsonPropertyName("p")]
    public required string Partition { get; init; }

    /// <summary>Gets the question.</summary>
    [JsonPropertyName("q")]
    public required string Question { get; init; }

    /// <summary>Gets the answer's text; empty for one that is too long to be compared.</summary>
    [JsonPropertyName("a")]
    public string Text { get; init; } = string.Empty;

    /// <summary>Gets the group of answers that it was put in.</summary>
    [JsonPropertyName("g")]
    public required string Group { get; init; }

    /// <summary>Gets the group of its own, where that was found to be the same as <see cref="Group"/>; else null.</summary>
    [JsonPropertyName("j")]
    public string? Joined { get; init; }

    /// <summary>Gets the id of the nearest earlier question's entry, where answers are read; else null.</summary>
    [JsonPropertyName("n")]
    public string? Nearest { get; init; }

    /// <summary>Gets the vector of the question (32-bit, little-endian), where it cannot be made again for nothing; else null.</summary>
    [JsonPropertyName("v")]
    public byte[]? Vector { get; init; }

    /// <summary>Gets when the answer was made, in milliseconds since 1970.</summary>
    [JsonPropertyName("t")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required long CreatedAt { get; init; }

    /// <summary>Gets what serving it once saves.</summary>
    [JsonPropertyName("w")]
    public double Worth { get; init; } = 1;

    /// <summary>Gets a value indicating whether the answer was kept and may be found again.</summary>
    [JsonPropertyName("s")]
    public bool IsStored { get; init; }
}
