namespace TokenThrift.Compression.Sessions;

/// <summary>What stays of a result that was removed, with the reference under which it can be fetched back.</summary>
internal sealed record Digest(string Reference, string Text, int Tokens);
