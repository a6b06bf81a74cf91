using System.Globalization;

namespace TokenThrift.Routing;

/// <summary>A number, an operator, a word or another mark of a text that calculates.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Number">The number, for <see cref="CalculationTokenKind.Number"/>.</param>
/// <param name="Mark">The operator or mark; of a word of one letter that letter, of a longer one 0.</param>
/// <param name="Decimals">The places after the point of a number.</param>
internal readonly record struct CalculationToken(CalculationTokenKind Kind, double Number = 0, char Mark = '\0', int Decimals = 0)
{
    public bool IsMark(char mark) => Kind == CalculationTokenKind.Operator && Mark == mark;

    /// <summary>Reads a text into tokens. Currency signs are left out, thousands are joined, every sign for times is <c>*</c>.</summary>
    public static List<CalculationToken> Read(ReadOnlySpan<char> text)
    {
        var tokens = new List<CalculationToken>();
        int i = 0;
        while (i < text.Length)
        {
            char c = text[i];
            if (char.IsAsciiDigit(c) || (c == '.' && i + 1 < text.Length && char.IsAsciiDigit(text[i + 1])))
            {
                double number = ReadNumber(text, ref i, out int decimals);
                tokens.Add(new CalculationToken(CalculationTokenKind.Number, number, Decimals: decimals));
            }
            else if (char.IsLetter(c))
            {
                int start = i;
                while (i < text.Length && (char.IsLetter(text[i]) || text[i] is '\'' or '’'))
                {
                    i++;
                }

                tokens.Add(WordOf(text[start..i]));
            }
            else
            {
                i++;

                // The hyphen of "30-minute" and "semi-automatic" takes nothing away.
                bool isHyphen = c == '-' && i < text.Length && char.IsLetter(text[i]) && i > 1 && char.IsLetterOrDigit(text[i - 2]);
                if (!isHyphen && OperatorOf(c) is var mark and not '\0')
                {
                    tokens.Add(new CalculationToken(CalculationTokenKind.Operator, Mark: mark));
                }
                else if (!isHyphen && !char.IsWhiteSpace(c) && c is not ('$' or '€' or '£' or '\\' or '_'))
                {
                    tokens.Add(new CalculationToken(CalculationTokenKind.Other, Mark: c));
                }
            }
        }

        return tokens;
    }

    private static CalculationToken WordOf(ReadOnlySpan<char> word) =>
        word is "x" or "X" or "times" ? new CalculationToken(CalculationTokenKind.Operator, Mark: '*')
        : new CalculationToken(CalculationTokenKind.Word, Mark: word.Length == 1 ? word[0] : '\0');

    private static char OperatorOf(char c) => c switch
    {
        '+' or '*' or '/' or '(' or ')' or '=' or '%' => c,
        '-' or '−' or '–' => '-',
        '×' or '·' or '⋅' => '*',
        '÷' => '/',
        _ => '\0',
    };

    private static double ReadNumber(ReadOnlySpan<char> text, ref int i, out int decimals)
    {
        Span<char> digits = stackalloc char[32];
        int length = 0;
        bool hasPoint = false;
        decimals = 0;
        for (; i < text.Length; i++)
        {
            char c = text[i];
            bool isThousands = c == ',' && !hasPoint && i + 3 < text.Length
                && char.IsAsciiDigit(text[i + 1]) && char.IsAsciiDigit(text[i + 2]) && char.IsAsciiDigit(text[i + 3])
                && (i + 4 == text.Length || !char.IsAsciiDigit(text[i + 4]));
            if (isThousands)
            {
                continue;
            }

            bool isPoint = c == '.' && !hasPoint && i + 1 < text.Length && char.IsAsciiDigit(text[i + 1]);
            if (!char.IsAsciiDigit(c) && !isPoint)
            {
                break;
            }

            decimals += hasPoint ? 1 : 0;
            hasPoint |= isPoint;
            if (length < digits.Length)
            {
                digits[length++] = c;
            }
        }

        return double.Parse(digits[..length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
    }
}
