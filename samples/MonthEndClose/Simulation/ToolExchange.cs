using System.Text.Json;

namespace TokenThrift.Samples.MonthEndClose.Simulation;

/// <summary>A tool call in the conversation, and what came back.</summary>
/// <param name="Tool">The tool's full name.</param>
/// <param name="Arguments">The arguments, as canonical JSON.</param>
/// <param name="Result">The result as the model reads it, or <see langword="null"/> while there is none.</param>
/// <param name="Start">Where the result begins in the conversation, in characters.</param>
internal sealed record ToolExchange(string Tool, string Arguments, string? Result, int Start)
{
    public bool Is(ToolRequest request) => Tool == request.Tool && Arguments == request.Key;
}

/// <summary>A tool call that the model wants to make.</summary>
internal sealed record ToolRequest(string Tool, IReadOnlyDictionary<string, object?> Arguments)
{
    public string Key { get; } = Canonical(Arguments);

    public static string Canonical(IEnumerable<KeyValuePair<string, object?>>? arguments) =>
        JsonSerializer.Serialize(new SortedDictionary<string, object?>((arguments ?? []).ToDictionary(x => x.Key, x => x.Value), StringComparer.Ordinal));
}
