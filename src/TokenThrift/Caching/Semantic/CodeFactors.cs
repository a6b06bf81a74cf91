namespace TokenThrift.Caching;

/// <summary>What an entry's code needs beside its bits.</summary>
/// <param name="Scale">By which the signed sum is multiplied.</param>
/// <param name="Set">How many of its bits are set.</param>
internal readonly record struct CodeFactors(float Scale, float Set);
