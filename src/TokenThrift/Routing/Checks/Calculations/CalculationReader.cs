using System.Runtime.InteropServices;
using System.Text;

namespace TokenThrift.Routing;

/// <summary>Finds the calculations in a text: <c>3 hours * 60 mph = 180 miles</c>, and annotated ones such as <c>&lt;&lt;3*60=180&gt;&gt;</c>.</summary>
/// <remarks>What holds names, as algebra does, or cannot be read is left out rather than judged.</remarks>
internal static class CalculationReader
{
    private const int LongestText = 20_000;
    private const int MostCalculations = 200;
    private const int MostWordsBetween = 3;

    public static List<Calculation> Read(string text)
    {
        var found = new List<Calculation>();
        ReadOnlySpan<char> rest = text.AsSpan(0, Math.Min(text.Length, LongestText));
        foreach (Range sentence in SentencesOf(rest))
        {
            List<CalculationToken> tokens = WithoutRemarks(CalculationToken.Read(WithoutAnnotations(rest[sentence], found)));
            int start = 0;
            for (int i = 0; i < tokens.Count; i++)
            {
                if (tokens[i].IsMark('='))
                {
                    if (StatedAfter(tokens, i + 1) is { } stated)
                    {
                        Add(found, TailOf(tokens, start, i), stated.Value, stated.Decimals);
                    }

                    start = i + 1;
                }
            }
        }

        return found;
    }

    /// <summary>Takes the annotations out of a text: what is left is what a reader sees.</summary>
    public static string WithoutAnnotations(ReadOnlySpan<char> text, List<Calculation>? found = null)
    {
        int open = text.IndexOf("<<");
        if (open < 0)
        {
            return text.ToString();
        }

        var plain = new StringBuilder(text.Length);
        while (open >= 0 && text[open..].IndexOf(">>") is > 0 and int length)
        {
            plain.Append(text[..open]);
            if (found is not null)
            {
                List<CalculationToken> tokens = CalculationToken.Read(text.Slice(open + 2, length - 2));
                int equals = tokens.FindIndex(t => t.IsMark('='));
                if (equals > 0 && StatedAfter(tokens, equals + 1) is { } stated)
                {
                    Add(found, tokens[..equals], stated.Value, stated.Decimals);
                }
            }

            text = text[(open + length + 2)..];
            open = text.IndexOf("<<");
        }

        return plain.Append(text).ToString();
    }

    // A comma or full stop ends a sentence only before white space; between digits it belongs to the number.
    private static List<Range> SentencesOf(ReadOnlySpan<char> text)
    {
        var sentences = new List<Range>();
        int start = 0;
        for (int i = 0; i <= text.Length; i++)
        {
            if (i == text.Length || text[i] is '\n' or ';' || (text[i] is '.' or ',' && i + 1 < text.Length && char.IsWhiteSpace(text[i + 1])))
            {
                sentences.Add(start..i);
                start = i + 1;
            }
        }

        return sentences;
    }

    // "12 (chicken meal) + 5 * 3 (milk)": what stands in brackets and calculates nothing is a remark.
    private static List<CalculationToken> WithoutRemarks(List<CalculationToken> tokens)
    {
        for (int close = 0; close < tokens.Count; close++)
        {
            if (tokens[close].IsMark(')') && tokens.FindLastIndex(close, t => t.IsMark('(')) is >= 0 and int open)
            {
                List<CalculationToken> inside = tokens.GetRange(open + 1, close - open - 1);
                if (inside.Exists(t => t.Kind is CalculationTokenKind.Word && t.Mark == '\0') && !inside.Exists(t => t.Kind == CalculationTokenKind.Operator && t.Mark is not '%'))
                {
                    tokens.RemoveRange(open, close - open + 1);
                    close = open - 1;
                }
            }
        }

        return tokens;
    }

    private static void Add(List<Calculation> found, List<CalculationToken> tokens, double stated, int decimals)
    {
        double[] operands = [.. tokens.Where(t => t.Kind == CalculationTokenKind.Number).Select(t => t.Number)];
        if (operands.Length < 2 || found.Count >= MostCalculations
            || tokens.Exists(t => t.Kind is CalculationTokenKind.Word or CalculationTokenKind.Other)
            || Expression.Compute(CollectionsMarshal.AsSpan(tokens)) is not { } value)
        {
            return;
        }

        // The same step is often written twice, once for the reader and once for the calculator.
        Array.Sort(operands);
        if (!found.Exists(c => Calculation.Same(c.Stated, stated) && c.Operands.SequenceEqual(operands)))
        {
            found.Add(new Calculation(operands, value, stated, decimals));
        }
    }

    // What stands after an equals sign: a number, or, in a chain such as "2 * 7 + 3 = 14 + 3 = 17", what the next link comes to.
    private static (double Value, int Decimals)? StatedAfter(List<CalculationToken> tokens, int at)
    {
        int end = at;
        while (end < tokens.Count && (tokens[end].Kind == CalculationTokenKind.Number || (tokens[end].Kind == CalculationTokenKind.Operator && !tokens[end].IsMark('='))))
        {
            end++;
        }

        List<CalculationToken> link = tokens[at..end];
        int words = end;
        while (words < tokens.Count && words - end < MostWordsBetween && tokens[words].Kind == CalculationTokenKind.Word)
        {
            if (tokens[words].Mark != '\0')
            {
                return null;
            }

            words++;
        }

        // "= 3 hours * 60 = 180": what follows is a calculation with units, not a result.
        if (words > end && words < tokens.Count && tokens[words].Kind == CalculationTokenKind.Operator && tokens[words].Mark is '+' or '-' or '*' or '/' or '(')
        {
            return null;
        }

        int numbers = link.Count(t => t.Kind == CalculationTokenKind.Number);
        if (numbers == 1)
        {
            CalculationToken number = link.Find(t => t.Kind == CalculationTokenKind.Number);
            bool isNegative = link[0].IsMark('-') || (link[0].IsMark('(') && link.Count > 1 && link[1].IsMark('-'));
            return link[^1].Kind == CalculationTokenKind.Operator && link[^1].Mark is '+' or '-' or '*' or '/' ? null : (isNegative ? -number.Number : number.Number, number.Decimals);
        }

        return numbers > 1 && Expression.Compute(CollectionsMarshal.AsSpan(link)) is { } value ? (value, 2) : null;
    }

    // Reads backwards from the equals sign for as long as numbers, operators and a few unit words follow one another.
    private static List<CalculationToken> TailOf(List<CalculationToken> tokens, int start, int end)
    {
        int from = end;
        int words = 0;
        while (from > start && tokens[from - 1].Kind != CalculationTokenKind.Other)
        {
            words = tokens[from - 1].Kind == CalculationTokenKind.Word ? words + 1 : 0;
            if (words > MostWordsBetween)
            {
                break;
            }

            from--;
        }

        while (from < end && tokens[from].Kind == CalculationTokenKind.Word)
        {
            from++;
        }

        var tail = new List<CalculationToken>();
        bool afterWord = false;
        for (int i = from; i < end; i++)
        {
            CalculationToken token = tokens[i];
            if (token.Kind == CalculationTokenKind.Word)
            {
                // A name in place of a number is algebra; "miles / hour" is a unit.
                bool isUnit = token.Mark == '\0' && tail.Count > 0;
                if (isUnit && tail[^1].IsMark('/'))
                {
                    tail.RemoveAt(tail.Count - 1);
                }
                else if (!isUnit || tail[^1].Kind == CalculationTokenKind.Operator && tail[^1].Mark is '+' or '-' or '*' or '(')
                {
                    return [];
                }

                afterWord = true;
                continue;
            }

            // "spends 3 hours for 2 * 5 = 10": a number that no operator joins to the next belongs to the sentence.
            if (afterWord && token.Kind == CalculationTokenKind.Number && tail.Count > 0 && (tail[^1].Kind == CalculationTokenKind.Number || tail[^1].IsMark(')')))
            {
                tail.Clear();
            }

            tail.Add(token);
            afterWord = false;
        }

        return tail;
    }
}
