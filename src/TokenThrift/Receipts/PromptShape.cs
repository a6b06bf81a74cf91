namespace TokenThrift.Receipts;

/// <summary>A prompt as a chain of pieces: tools first, then each message. A piece's key covers everything before it.</summary>
/// <param name="Keys">For each piece, a hash of it and of all before it.</param>
/// <param name="Tokens">For each piece, its tokens.</param>
internal sealed record PromptShape(IReadOnlyList<UInt128> Keys, IReadOnlyList<int> Tokens);
