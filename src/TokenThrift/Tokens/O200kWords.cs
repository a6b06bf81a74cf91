namespace TokenThrift.Tokens;

/// <summary>Cuts ASCII text into the pieces that o200k encodes each by itself. A pure function.</summary>
/// <remarks>
/// The encoding defines the pieces by a regular expression (OpenAI, tiktoken, <c>o200k_base</c>), whose alternatives are tried in order; here each is a step
/// of <see cref="Next"/>, with what can occur in ASCII. Reading by it takes a fraction of the time, and the pieces are the same.
/// </remarks>
internal static class O200kWords
{
    private const int MostDigits = 3;

    /// <summary>Returns where the piece ends that begins at a place in the text.</summary>
    /// <param name="text">The text; ASCII only.</param>
    /// <param name="start">The place; before the end of the text.</param>
    public static int Next(ReadOnlySpan<char> text, int start)
    {
        char first = text[start];

        // A word, in which large letters come before small ones, with at most one other sign before it; what denies or shortens it belongs to it.
        int word = char.IsAsciiLetter(first) ? start : !char.IsAsciiDigit(first) && first is not ('\r' or '\n') ? start + 1 : text.Length;
        if (word < text.Length && char.IsAsciiLetter(text[word]))
        {
            int end = word;
            while (end < text.Length && char.IsAsciiLetterUpper(text[end]))
            {
                end++;
            }

            while (end < text.Length && char.IsAsciiLetterLower(text[end]))
            {
                end++;
            }

            return end + Ending(text[end..]);
        }

        return char.IsAsciiDigit(first) ? Digits(text, start)
            : !IsSpace(first) ? Signs(text, start)
            : first == ' ' && start + 1 < text.Length && IsSign(text[start + 1]) ? Signs(text, start + 1)
            : Space(text, start);
    }

    private static int Digits(ReadOnlySpan<char> text, int start)
    {
        int end = start + 1;
        while (end < text.Length && end < start + MostDigits && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        return end;
    }

    private static int Signs(ReadOnlySpan<char> text, int start)
    {
        int end = start;
        while (end < text.Length && IsSign(text[end]))
        {
            end++;
        }

        while (end < text.Length && text[end] is '\r' or '\n' or '/')
        {
            end++;
        }

        return end;
    }

    // Up to the last line end in it; without one, all but the last, which belongs to what follows.
    private static int Space(ReadOnlySpan<char> text, int start)
    {
        int end = start;
        int line = -1;
        while (end < text.Length && IsSpace(text[end]))
        {
            line = text[end] is '\r' or '\n' ? end : line;
            end++;
        }

        return line >= 0 ? line + 1 : end == text.Length || end == start + 1 ? end : end - 1;
    }

    private static int Ending(ReadOnlySpan<char> rest)
    {
        if (rest.Length < 2 || rest[0] != '\'')
        {
            return 0;
        }

        char first = char.ToLowerInvariant(rest[1]);
        char second = rest.Length > 2 ? char.ToLowerInvariant(rest[2]) : ' ';
        return first is 's' or 't' or 'm' or 'd' ? 2
            : (first, second) is ('r', 'e') or ('v', 'e') or ('l', 'l') ? 3
            : 0;
    }

    private static bool IsSpace(char c) => c is ' ' or (>= '\t' and <= '\r');

    private static bool IsSign(char c) => !IsSpace(c) && !char.IsAsciiLetterOrDigit(c);
}
