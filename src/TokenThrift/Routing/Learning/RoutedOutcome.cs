namespace TokenThrift.Routing;

/// <summary>How well models answered one request, with all that the router learns from it.</summary>
/// <param name="Features">The request.</param>
/// <param name="Quality">The quality of each model's answer, in [0, 1], by the id of the leg.</param>
/// <param name="Answers">What was known of the answers, by the id of the leg; the strongest model's is not among them.</param>
/// <param name="IsKeptApart">Whether it calibrates the promise and teaches nothing else.</param>
internal sealed record RoutedOutcome(
    RequestFeatures Features, IReadOnlyDictionary<string, double> Quality, IReadOnlyDictionary<string, ScoredAnswer> Answers, bool IsKeptApart);

/// <summary>What was known of a cheaper model's answer when its quality became known.</summary>
/// <param name="Evidence">What the checks found, or <see langword="null"/> where the answer is not at hand.</param>
/// <param name="Keep">The chance that no other model would do better, as predicted before the call.</param>
/// <param name="Score">Its score.</param>
/// <param name="Threshold">The score that the promise asked for, or <see langword="null"/> where nothing was certified.</param>
internal sealed record ScoredAnswer(AnswerEvidence? Evidence, double Keep, double Score, double? Threshold);
