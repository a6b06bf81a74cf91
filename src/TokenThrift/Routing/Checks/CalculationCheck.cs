using Microsoft.Extensions.AI;

namespace TokenThrift.Routing;

/// <summary>Checks worked answers to questions that ask for a number: every calculation is done again and followed to the final number.</summary>
/// <remarks>
/// <para>
/// Fails nothing: it gives a degree (<see cref="CheckResult.Quality"/>) and, as its reason, the gravest thing found:
/// <c>does-not-compute</c>, <c>no-final-number</c>, <c>no-calculation</c>, <c>final-not-computed</c>, <c>fraction-of-a-count</c>,
/// <c>negative</c>, <c>given-unused</c>, <c>hesitant</c>. Without a number in the question and the answer it says
/// <see cref="CheckVerdict.Unknown"/>.
/// </para>
/// <para>
/// Add it to <see cref="RoutingOptions.Checks"/> for work where answers show their steps; it reads digits and English
/// number words. It cannot see a step that is right as arithmetic and wrong as an idea. Safe for concurrent use.
/// </para>
/// </remarks>
public sealed class CalculationCheck : IAnswerCheck
{
    // How much each finding takes from the log-odds of a right answer, by what it means: what cannot be right takes
    // most, what a right answer also does now and then takes little. Nothing here was fitted.
    private const double Sound = 2.5;
    private const double NoFinal = 3;
    private const double DoesNotCompute = 2;
    private const double NotAPossibleAnswer = 2;
    private const double NoCalculation = 1.5;
    private const double FinalNotComputed = 1.5;
    private const double FinalNotLast = 1;
    private const double Uncalculated = 2;
    private const double TooFew = 1;
    private const double GivenUnused = 0.5;
    private const double Wasted = 0.5;
    private const double Hesitation = 0.5;

    private static readonly string[] Hesitations = ["however", "assum", "actually", "approximately", "rounded", "not possible", "impossible", "cannot", "can't", "no valid", "mistake", "unclear"];

    /// <inheritdoc/>
    public string Name => "calculation";

    /// <inheritdoc/>
    public ValueTask<CheckResult> CheckAsync(AnswerCheckContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        string question = context.Messages.LastOrDefault(m => m.Role == ChatRole.User)?.Text ?? string.Empty;
        return ValueTask.FromResult(Check(question, context.Text));
    }

    private static CheckResult Check(string question, string text)
    {
        WorkedAnswer answer = WorkedAnswer.Of(question, text);
        if (answer.Given.Length == 0 || (answer.Final is null && answer.Calculations.Count == 0 && text.Length == 0))
        {
            return CheckResult.Unknown;
        }

        double odds = Sound;
        double gravest = 0;
        string? reason = null;
        void Find(string code, double weight)
        {
            odds -= weight;
            if (weight > gravest)
            {
                (gravest, reason) = (weight, code);
            }
        }

        bool isCount = question.Contains("how many", StringComparison.OrdinalIgnoreCase);
        Find("does-not-compute", answer.Wrong > 0 ? DoesNotCompute : 0);
        Find("no-final-number", answer.Final is null ? NoFinal : 0);
        Find("no-calculation", answer.Calculations.Count == 0 ? NoCalculation : 0);
        Find("final-not-computed", answer.Calculations.Count == 0 || answer.EndsInFinal ? 0 : answer.ComputesFinal ? FinalNotLast : FinalNotComputed);
        Find("fraction-of-a-count", answer.Final is { } final && final != Math.Floor(final) && (isCount || final * 100 != Math.Floor(final * 100)) ? NotAPossibleAnswer : 0);
        Find("negative", answer.Final < 0 ? NotAPossibleAnswer : 0);
        Find("given-unused", (Uncalculated * answer.ShareUncalculated) + (TooFew * answer.ShareTooFew) + (GivenUnused * Math.Min(3, answer.GivenUnused)));
        Find("result-unused", Wasted * Math.Min(2, answer.Wasted));
        Find("hesitant", Hesitation * Math.Min(4, Hesitations.Count(h => answer.Text.Contains(h, StringComparison.OrdinalIgnoreCase))));
        return new CheckResult(CheckVerdict.Pass, reason) { Quality = Odds.FromLogit(odds) };
    }
}
