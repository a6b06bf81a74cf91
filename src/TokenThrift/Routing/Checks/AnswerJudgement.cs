namespace TokenThrift.Routing;

/// <summary>What all checks together say of an answer.</summary>
/// <param name="Score">The estimated probability that the answer is right, in [0, 1].</param>
/// <param name="Failure">The code of the first check that failed, or <see langword="null"/>.</param>
/// <param name="Message">What a model could be told to mend the answer, or <see langword="null"/>.</param>
internal readonly record struct AnswerJudgement(double Score, string? Failure, string? Message);
