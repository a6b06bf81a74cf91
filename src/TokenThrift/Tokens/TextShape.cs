namespace TokenThrift.Tokens;

/// <summary>What of a text decides how far another tokenizer is from o200k: its scripts and its digits.</summary>
/// <param name="Plain">Its o200k tokens of ASCII text.</param>
/// <param name="EastAsian">Its o200k tokens of Chinese, Japanese and Korean.</param>
/// <param name="Other">Its o200k tokens of all other scripts.</param>
/// <param name="DigitTokens">The tokens that a tokenizer with a token for each digit takes beyond one with a token for up to three.</param>
internal readonly record struct TextShape(double Plain, double EastAsian, double Other, int DigitTokens)
{
    // A character outside ASCII weighs about three inside it: some four letters make a token, and more than one sign.
    private const int WideWeight = 3;
    private const int DigitsPerToken = 3;

    public static TextShape operator +(TextShape left, TextShape right) => new(
        left.Plain + right.Plain, left.EastAsian + right.EastAsian, left.Other + right.Other, left.DigitTokens + right.DigitTokens);

    public static TextShape Of(ReadOnlySpan<char> text, int tokens)
    {
        int eastAsian = 0, other = 0, digits = 0, run = 0;
        foreach (char c in text)
        {
            if (char.IsAsciiDigit(c))
            {
                run++;
                continue;
            }

            if (run > 0)
            {
                digits += Extra(run);
                run = 0;
            }

            if (c >= '\u2E80')
            {
                eastAsian++;
            }
            else if (c >= '\u0080')
            {
                other++;
            }
        }

        digits += Extra(run);
        if (eastAsian + other == 0)
        {
            return new TextShape(tokens, 0, 0, digits);
        }

        double weight = (double)tokens / (text.Length + ((WideWeight - 1) * (eastAsian + other)));
        double wide = weight * WideWeight;
        return new TextShape(tokens - (wide * (eastAsian + other)), wide * eastAsian, wide * other, digits);
    }

    private static int Extra(int run) => run - ((run + DigitsPerToken - 1) / DigitsPerToken);
}
