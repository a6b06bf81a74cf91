using Microsoft.Extensions.AI;

namespace TokenThrift.Routing;

/// <summary>Checks worked answers to questions that ask for a number: every calculation is done again, and every quantity followed from the question to the final number.</summary>
/// <remarks>
/// <para>
/// Fails nothing: it gives a degree (<see cref="CheckResult.Quality"/>), everything it found (<see cref="CheckResult.Findings"/>) and,
/// as its reason, the gravest of it: <c>does-not-compute</c>, <c>no-final-number</c>, <c>no-calculation</c>, <c>final-not-computed</c>,
/// <c>final-not-last</c>, <c>fraction-of-a-count</c>, <c>fraction</c>, <c>negative</c>, <c>zero</c>, <c>given-unused</c>, <c>too-few-steps</c>,
/// <c>given-unmentioned</c>, <c>result-unused</c>, <c>from-nowhere</c>, <c>against-comparison</c>, <c>other-thing</c>, <c>nothing-taken-away</c>,
/// <c>hesitant</c>, <c>argues</c>. Without a quantity in the question, with more than 40, or without an answer, it says <see cref="CheckVerdict.Unknown"/>.
/// </para>
/// <para>
/// Add it to <see cref="RoutingOptions.Checks"/> for work where answers show their steps; it reads digits and English
/// words. It cannot see a step that is right as arithmetic and wrong as an idea. Safe for concurrent use.
/// </para>
/// </remarks>
public sealed class CalculationCheck : IAnswerCheck
{
    // How much each finding takes from the log-odds of a right answer, by what it means: what cannot be right takes 2 or
    // more, what a careful answer seldom does 1, what a right answer also does now and then 0.5 or less. Nothing was fitted.
    private const double Sound = 2.5;

    // A question with more numbers than this is a document, of which an answer uses what it needs.
    private const int MostQuantities = 40;

    private static readonly string[] Hesitations = ["however", "assum", "actually", "approximately", "rounded", "not possible", "impossible", "cannot", "can't", "no valid", "mistake", "unclear"];

    // Words of an answer that has to argue for what it calculates.
    private static readonly string[] Arguments = ["however", "but ", "since", "because", "must", "instead", "already", "still", "actually"];

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
        if (string.IsNullOrWhiteSpace(text) || Quantities.Read(question).Count is 0 or > MostQuantities)
        {
            return CheckResult.Unknown;
        }

        WorkedAnswer answer = WorkedAnswer.Of(question, text);

        double odds = Sound;
        double gravest = 0;
        string? reason = null;
        var findings = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach ((string code, double amount, double weight) in FindingsOf(question, answer))
        {
            if (amount == 0)
            {
                continue;
            }

            findings[code] = amount;
            odds -= weight * amount;
            if (weight * amount > gravest)
            {
                (gravest, reason) = (weight * amount, code);
            }
        }

        return new CheckResult(CheckVerdict.Pass, reason) { Quality = Odds.FromLogit(odds), Findings = findings };
    }

    private static IEnumerable<(string Code, double Amount, double Weight)> FindingsOf(string question, WorkedAnswer answer)
    {
        bool calculates = answer.Calculations.Count > 0;
        yield return ("does-not-compute", Is(answer.Wrong > 0), 2);
        yield return ("no-final-number", Is(answer.Final is null), 3);
        yield return ("no-calculation", Is(!calculates), 1.5);
        yield return ("final-not-computed", Is(calculates && !answer.ComputesFinal), 1.5);
        yield return ("final-not-last", Is(answer.ComputesFinal && !answer.EndsInFinal), 1);

        // Half a person cannot be, nor a third of a cent; and word problems are made to come out even.
        bool isFraction = answer.Final is { } final && final != Math.Floor(final);
        bool isImpossible = isFraction && (question.Contains("how many", StringComparison.OrdinalIgnoreCase) || answer.Final * 100 != Math.Floor((answer.Final * 100)!.Value));
        yield return ("fraction-of-a-count", Is(isImpossible), 2);
        yield return ("fraction", Is(isFraction && !isImpossible), 1);
        yield return ("negative", Is(answer.Final < 0), 2);
        yield return ("zero", Is(answer.Final == 0), 1);

        yield return ("given-unused", answer.Use.UnusedShare, 2);
        yield return ("too-few-steps", answer.ShareTooFew, 1);
        yield return ("given-unmentioned", Math.Min(3, answer.Unmentioned), 0.5);
        yield return ("result-unused", Math.Min(2, answer.Use.UnusedResults), 0.5);
        yield return ("from-nowhere", Math.Min(2, answer.Use.Strangers), 0.5);

        yield return ("against-comparison", Math.Min(2, answer.AgainstComparisons), 0.5);
        yield return ("other-thing", Is(Asked.IsMissedBy(question, answer.Prose)), 1);
        yield return ("nothing-taken-away", Is(Asked.IsTakenAway(question) && !answer.TakesAway), 1);
        yield return ("hesitant", Math.Min(4, Count(Hesitations, answer.Text)), 0.5);
        yield return ("argues", Math.Min(4, Count(Arguments, answer.Text)), 0.25);

        // Worth something only where labels say so.
        yield return ("uneven", Is(answer.Calculations.Any(c => c.IsUneven)), 0);
        yield return ("stray-numbers", Math.Min(4, answer.Strays), 0);
        yield return ("ends-in-words", Is(!answer.EndsInCalculation), 0);
        yield return ("steps", Math.Log(1 + answer.Calculations.Count), 0);
        yield return ("steps-for-quantities", Math.Abs(Math.Log((1.0 + answer.Calculations.Count) / (0.5 + answer.Given.Count))), 0);
    }

    private static double Is(bool found) => found ? 1 : 0;

    private static int Count(string[] words, string text) => words.Count(w => text.Contains(w, StringComparison.OrdinalIgnoreCase));
}
