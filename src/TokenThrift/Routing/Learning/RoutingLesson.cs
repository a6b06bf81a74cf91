using System.Text.Json.Serialization;
using TokenThrift.Lessons;

namespace TokenThrift.Routing;

/// <summary>One thing that the router has learnt: an outcome, or how often answers passed.</summary>
internal sealed record RoutingLesson : ILesson
{
    /// <summary>What the parts mean: another version where they mean something else, so that nothing is learnt from what was kept under the old one.</summary>
    public const int Version = 1;

    /// <inheritdoc/>
    [JsonPropertyName("t")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required long At { get; init; }

    /// <summary>Gets the outcome, or <see langword="null"/>.</summary>
    [JsonPropertyName("o")]
    public OutcomeLesson? Outcome { get; init; }

    /// <summary>Gets how often answers passed since it was told last, or <see langword="null"/>.</summary>
    [JsonPropertyName("p")]
    public IReadOnlyList<PassCount>? Passes { get; init; }

    bool ILesson.IsSample => false;

    bool ILesson.IsUrgent => false;
}

/// <summary>The form in which the router's lessons are kept.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(RoutingLesson))]
internal sealed partial class RoutingLessonJson : JsonSerializerContext;
