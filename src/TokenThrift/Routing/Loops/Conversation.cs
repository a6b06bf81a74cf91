namespace TokenThrift.Routing;

/// <summary>What is known of the conversation that a request continues.</summary>
/// <param name="Key">Tells conversations apart.</param>
/// <param name="Route">Who serves it, or <see langword="null"/> where that is not known.</param>
/// <param name="IsWarm">Whether the prompt cache of that model may still hold the conversation.</param>
/// <param name="NeedsHolder">Whether a provider holds a part of it, so that no other can answer.</param>
/// <param name="Holder">The leg whose provider that is, or <see langword="null"/> when it is not known.</param>
internal sealed record Conversation(UInt128 Key, StickyRoute? Route, bool IsWarm, bool NeedsHolder, string? Holder);

/// <summary>The model of a conversation.</summary>
/// <param name="Leg">The leg.</param>
/// <param name="EscalatedAt">How long the history was, in messages, when it was moved up because it was stuck; then it stays. <see langword="null"/> when it never was.</param>
/// <param name="SeenAt">When the leg last answered.</param>
internal sealed record StickyRoute(string Leg, int? EscalatedAt, DateTimeOffset SeenAt)
{
    public bool IsEscalated => EscalatedAt is not null;
}
