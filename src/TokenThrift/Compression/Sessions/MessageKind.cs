namespace TokenThrift.Compression.Sessions;

/// <summary>What a message is to the groups of a history.</summary>
internal enum MessageKind
{
    /// <summary>It never goes: instructions, the first message of the user, and what states a rule.</summary>
    Fixed,

    /// <summary>It starts a group: something that was said, or calls whose results follow.</summary>
    Start,

    /// <summary>Results of the calls before it; they go with them or not at all.</summary>
    Follow,

    /// <summary>Results that the application has pinned; their calls stay with them.</summary>
    Pinned,
}
