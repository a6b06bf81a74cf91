namespace TokenThrift.Caching;

/// <summary>The answer that would be served, if any is.</summary>
/// <param name="Match">The nearest entry that has it.</param>
/// <param name="Evidence">What speaks for and against it.</param>
internal sealed record HitCandidate(SemanticMatch Match, HitEvidence Evidence);
