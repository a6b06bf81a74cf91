namespace TokenThrift.Caching;

/// <summary>An entry that was found.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Similarity">The cosine similarity of its question to the one asked, in [-1, 1].</param>
public readonly record struct SemanticMatch(SemanticEntry Entry, double Similarity);
