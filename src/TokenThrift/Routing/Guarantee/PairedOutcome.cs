namespace TokenThrift.Routing;

/// <summary>What two models made of one request: the cheaper one's answer as it would have been served, and the strongest one's.</summary>
/// <param name="Score">The score of the cheaper model's answer, in [0, 1]; given before its quality was known.</param>
/// <param name="Weak">The quality of the cheaper model's answer, in [0, 1].</param>
/// <param name="Strong">The quality of the strongest model's answer, in [0, 1].</param>
public readonly record struct PairedOutcome(double Score, double Weak, double Strong);
