namespace TokenThrift.Routing;

/// <summary>The comparisons of a question, "5 fewer than", "3 times as many", and whether an answer calculates them the way they are put.</summary>
/// <remarks>A sign, no proof: "Ann has 5 more than Bob; Ann has 20" is rightly calculated the other way round.</remarks>
internal static class Comparisons
{
    private const int MostWordsBetween = 2;

    private static readonly string[] Less = ["fewer", "less", "younger", "shorter", "lighter", "cheaper", "smaller", "lower", "slower"];
    private static readonly string[] More = ["more", "older", "taller", "longer", "heavier", "extra", "additional", "bigger", "larger", "higher", "farther", "further"];
    private static readonly string[] Times = ["times", "twice", "thrice", "double", "triple"];

    /// <summary>Counts the comparisons that the answer nowhere calculates the way they are put.</summary>
    /// <param name="question">The question.</param>
    /// <param name="given">Its quantities.</param>
    /// <param name="answer">The tokens of the answer as a reader sees it.</param>
    public static int CountAgainst(string question, IReadOnlyList<Quantity> given, List<CalculationToken> answer)
    {
        int against = 0;
        foreach (Quantity quantity in given)
        {
            against += MarkOf(question, quantity) is { } mark && !Calculates(answer, quantity.Value, mark) ? 1 : 0;
        }

        return against;
    }

    // What the words after a quantity say is to be done with it.
    private static char? MarkOf(string question, Quantity quantity)
    {
        if (quantity.Value < 1)
        {
            return null;
        }

        int words = 0;
        bool isFirst = true;
        foreach (Range range in question.AsSpan(quantity.At).SplitAny(' ', '\n', '-'))
        {
            ReadOnlySpan<char> word = question.AsSpan(quantity.At)[range].TrimEnd(".,;:?!");
            if (word.IsEmpty)
            {
                continue;
            }

            if (Is(Times, word))
            {
                return '*';
            }

            if (!isFirst && (Is(Less, word) || Is(More, word)))
            {
                return Is(Less, word) ? '-' : '+';
            }

            if (words++ > MostWordsBetween || word[^1] == '%')
            {
                return null;
            }

            isFirst = false;
        }

        return null;
    }

    private static bool Is(string[] words, ReadOnlySpan<char> word)
    {
        foreach (string candidate in words)
        {
            if (word.Equals(candidate, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Calculates(List<CalculationToken> answer, double value, char mark)
    {
        for (int i = 0; i < answer.Count; i++)
        {
            if (answer[i].Kind == CalculationTokenKind.Number && Calculation.Same(answer[i].Number, value)
                && (Nearest(answer, i, -1) == mark || (mark != '-' && Nearest(answer, i, 1) == mark)))
            {
                return true;
            }
        }

        return false;
    }

    private static char Nearest(List<CalculationToken> answer, int at, int step)
    {
        for (int i = at + step; i >= 0 && i < answer.Count; i += step)
        {
            if (answer[i].Kind == CalculationTokenKind.Operator && answer[i].Mark is not ('(' or ')' or '%'))
            {
                return answer[i].Mark;
            }

            if (answer[i].Kind is CalculationTokenKind.Number or CalculationTokenKind.Other || Math.Abs(i - at) > MostWordsBetween + 1)
            {
                return '\0';
            }
        }

        return '\0';
    }
}
