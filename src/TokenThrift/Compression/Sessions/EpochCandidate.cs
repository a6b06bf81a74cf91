namespace TokenThrift.Compression.Sessions;

/// <summary>A result that has become old and could be replaced by its digest.</summary>
/// <param name="Item">The number of the result.</param>
/// <param name="Gain">The tokens that the digest is smaller by; positive.</param>
/// <param name="Wasted">The tokens that were read from the cache for nothing since the result became old, summed over the calls.</param>
/// <param name="After">The tokens of everything after the result.</param>
/// <param name="Original">The tokens that a retrieval would bring back.</param>
/// <param name="Age">How many groups of tool calls came after it.</param>
internal readonly record struct EpochCandidate(int Item, long Gain, long Wasted, long After, long Original, int Age);
