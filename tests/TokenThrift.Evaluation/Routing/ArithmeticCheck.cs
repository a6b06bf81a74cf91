using System.Globalization;
using System.Text.RegularExpressions;
using TokenThrift.Routing;

namespace TokenThrift.Evaluation.Routing;

/// <summary>A caller's check for worded sums: the steps must compute, and the answer must be what they came to.</summary>
internal static partial class ArithmeticCheck
{
    public const string Name = "arithmetic";

    public static IAnswerCheck Create() => AnswerCheck.From(Name, context => Check(context.Text, context.Messages[^1].Text));

    private static CheckResult Check(string text, string question)
    {
        int steps = 0, wrong = 0;
        var computed = new HashSet<decimal>();
        foreach (Match match in Equation().Matches(text.Replace(",", "", StringComparison.Ordinal)))
        {
            if (Compute(match.Groups[1].Value) is { } value && decimal.TryParse(match.Groups[2].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal stated))
            {
                steps++;
                wrong += Math.Abs(value - stated) > Math.Max(0.011m, Math.Abs(value) * 0.001m) ? 1 : 0;
                computed.Add(stated);
            }
        }

        Match final = Final().Match(text.Replace(",", "", StringComparison.Ordinal));
        string reason = wrong > 0 ? "does-not-compute" : !final.Success ? "no-final-answer" : steps == 0 ? "no-steps" : "";
        if (reason.Length == 0)
        {
            decimal answer = decimal.Parse(final.Groups[1].Value, NumberStyles.Float, CultureInfo.InvariantCulture);
            reason = answer != Math.Floor(answer) ? "fraction" : answer < 0 ? "negative" : !computed.Contains(answer) ? "answer-not-computed" : "";
        }

        // Each step can go wrong; a long way is less sure than a short one. Quantities that were never used hint at a slip.
        int given = Number().Count(question);
        double quality = reason switch
        {
            "does-not-compute" or "fraction" or "negative" => 0.1,
            "no-final-answer" or "no-steps" => 0.2,
            "answer-not-computed" => 0.3,
            _ => Math.Clamp(0.85 - (0.04 * steps) - (0.02 * given), 0.35, 0.9),
        };
        return new CheckResult(CheckVerdict.Pass, reason) { Quality = quality };
    }

    // Left to right with the usual precedence; what cannot be read is not judged.
    private static decimal? Compute(string expression)
    {
        try
        {
            object value = new System.Data.DataTable().Compute(Operand().Replace(expression, m => m.Value.Contains('.', StringComparison.Ordinal) ? m.Value : m.Value + ".0"), null);
            return Convert.ToDecimal(value, CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is System.Data.DataException or DivideByZeroException or OverflowException or InvalidCastException or FormatException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"<<([0-9.+\-*/() ]+)=\s*(-?\d+(?:\.\d+)?|-?\.\d+)>>", RegexOptions.CultureInvariant)]
    private static partial Regex Equation();

    [GeneratedRegex(@"(?:####|answer is:?)\s*[$€£]?\s*(-?\d+(?:\.\d+)?)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Final();

    [GeneratedRegex(@"\d+(?:\.\d+)?", RegexOptions.CultureInvariant)]
    private static partial Regex Number();

    [GeneratedRegex(@"\d*\.?\d+", RegexOptions.CultureInvariant)]
    private static partial Regex Operand();
}
