namespace TokenThrift.Caching;

/// <summary>What the semantic tier found for a request.</summary>
/// <param name="Partition">What must be equal.</param>
/// <param name="Evidence">What must be equal for one question to teach about another.</param>
/// <param name="Question">The question.</param>
/// <param name="Terms">Its terms.</param>
/// <param name="Vector">Its vector.</param>
/// <param name="Matches">Its neighbours, the nearest first.</param>
/// <param name="Decision">What to do.</param>
/// <param name="MaxErrorRate">The share of wrong answers that was allowed.</param>
internal sealed record SemanticLookup(
    string Partition, string Evidence, string Question, QuestionTerms Terms, ReadOnlyMemory<float> Vector, IReadOnlyList<SemanticMatch> Matches, HitDecision Decision, double MaxErrorRate);
