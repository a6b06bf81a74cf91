using System.Text.Json.Serialization;

namespace TokenThrift.Caching;

/// <summary>Writes and reads lessons.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(Lesson))]
internal sealed partial class LessonJson : JsonSerializerContext;
