namespace TokenThrift.Samples.MonthEndClose.Simulation;

/// <summary>What a simulated model can do. Its mistakes follow from these limits, never from the name of a task.</summary>
/// <param name="ModelId">The catalogue model whose prices it has.</param>
/// <param name="AttentionTokens">How much of a conversation it sees sharply. Beyond that, rows in the middle are overlooked now and then.</param>
/// <param name="RuleDepth">How far it follows a rule: 1 the rule itself, 2 its exceptions, 3 exceptions to the exceptions.</param>
/// <param name="UsesCalculator">Whether it turns to the calculator. Without, it works with four significant digits, in its head.</param>
/// <param name="MatchesByContent">Whether it finds that two rows belong together when they share no reference.</param>
internal sealed record ModelGrade(string ModelId, int AttentionTokens, int RuleDepth, bool UsesCalculator, bool MatchesByContent)
{
    public static ModelGrade Strong { get; } = new("gpt-5.5", 400_000, 3, UsesCalculator: true, MatchesByContent: true);

    public static ModelGrade Middle { get; } = new("gpt-5.4-mini", 40_000, 2, UsesCalculator: true, MatchesByContent: true);

    public static ModelGrade Small { get; } = new("gpt-5.4-nano", 24_000, 1, UsesCalculator: false, MatchesByContent: false);

    public static IReadOnlyList<ModelGrade> All { get; } = [Strong, Middle, Small];
}
