namespace TokenThrift.Replay;

/// <summary>What the input of one call costs.</summary>
/// <param name="InputTokens">All input tokens.</param>
/// <param name="PrefixTokens">Those that the provider's prompt cache serves.</param>
/// <param name="Cost">The cost in input-token prices: multiply by the model's input price for money.</param>
internal readonly record struct ReplayBill(long InputTokens, long PrefixTokens, decimal Cost);
