namespace TokenThrift.Compression.Sessions;

/// <summary>The results of a history and the messages that are sent for it.</summary>
internal sealed record ConversationState(ResultList Results, SentMessages Sent);
