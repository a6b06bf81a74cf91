namespace TokenThrift.Routing;

/// <summary>What all checks together say of an answer.</summary>
/// <param name="IsAccepted">Whether it is served.</param>
/// <param name="Score">The estimated chance that a stronger model would not have done better, in [0, 1].</param>
/// <param name="Failure">The code of the first check that failed, or <see langword="null"/>.</param>
/// <param name="Message">What a model could be told to mend the answer, or <see langword="null"/>.</param>
internal readonly record struct AnswerJudgement(bool IsAccepted, double Score, string? Failure, string? Message);
