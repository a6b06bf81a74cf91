namespace TokenThrift.Compression;

/// <summary>Something that breaks the provider's prompt cache, as it was seen in one request.</summary>
/// <param name="Issue">What it is.</param>
/// <param name="MessageIndex">The message from which on the cache cannot hold; -1 for the tools, which stand before all messages.</param>
/// <param name="Detail">What was seen, in a few words; of an application's texts never more than the part that changes.</param>
public sealed record PromptHygieneFinding(PromptHygieneIssue Issue, int MessageIndex, string Detail);
