using System.Text.Json.Serialization;

namespace TokenThrift.Routing;

/// <summary>What is kept of a conversation beyond the process. Immutable.</summary>
internal sealed record KeptConversation
{
    private const int MostMessages = 512;

    /// <summary>Gets the leg that serves it, or whose provider holds it.</summary>
    [JsonPropertyName("l")]
    public required string Leg { get; init; }

    /// <summary>Gets how long the history was, in messages, when it was moved up because it was stuck; <see langword="null"/> when it never was.</summary>
    [JsonPropertyName("e")]
    public int? EscalatedAt { get; init; }

    /// <summary>Gets when the leg last answered, in milliseconds since 1970.</summary>
    [JsonPropertyName("t")]
    public long SeenAt { get; init; }

    /// <summary>Gets a value indicating whether it says only which provider holds it.</summary>
    [JsonPropertyName("h")]
    public bool IsHeld { get; init; }

    /// <summary>Gets the prints of the latest messages, the oldest first.</summary>
    [JsonPropertyName("m")]
    public ulong[] Messages { get; init; } = [];

    /// <summary>Gets who wrote each of them.</summary>
    [JsonPropertyName("a")]
    public string[] Authors { get; init; } = [];

    /// <summary>Finds who wrote a message, or <see langword="null"/>.</summary>
    public string? AuthorOf(ulong print) => Array.LastIndexOf(Messages, print) is var at && at >= 0 && at < Authors.Length ? Authors[at] : null;

    /// <summary>Returns it with further messages of one author.</summary>
    public KeptConversation With(string author, IReadOnlyList<ulong> prints)
    {
        int kept = Math.Min(Math.Min(Messages.Length, Authors.Length), MostMessages - Math.Min(prints.Count, MostMessages));
        return this with
        {
            Messages = [.. Messages.AsSpan(Messages.Length - kept), .. prints.TakeLast(MostMessages)],
            Authors = [.. Authors.AsSpan(Authors.Length - kept), .. Enumerable.Repeat(author, Math.Min(prints.Count, MostMessages))],
        };
    }
}

/// <summary>Writes and reads what is kept of conversations.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(KeptConversation))]
internal sealed partial class KeptConversationJson : JsonSerializerContext;
