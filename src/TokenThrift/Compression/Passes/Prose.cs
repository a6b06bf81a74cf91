namespace TokenThrift.Compression.Passes;

/// <summary>Tells prose from code, data and logs, and cuts it into passages.</summary>
internal static class Prose
{
    private const int LookAt = 20_000;

    // In characters; a paragraph that is longer is cut after a sentence.
    private const int LongestPassage = 900;
    private const int ShortestPassage = 300;

    /// <summary>Says whether a text is sentences: letters and spaces, few signs and digits, and ends of sentences among them.</summary>
    public static bool IsProse(string text)
    {
        ReadOnlySpan<char> sample = text.AsSpan(0, Math.Min(text.Length, LookAt));
        int letters = 0;
        int spaces = 0;
        int digits = 0;
        int code = 0;
        int sentences = 0;
        for (int i = 0; i < sample.Length; i++)
        {
            char c = sample[i];
            letters += char.IsLetter(c) ? 1 : 0;
            digits += char.IsAsciiDigit(c) ? 1 : 0;
            spaces += char.IsWhiteSpace(c) ? 1 : 0;
            code += c is '{' or '}' or ';' or '=' or '<' or '>' or '\\' or '|' or '$' ? 1 : 0;
            sentences += IsEndOfSentence(sample, i) ? 1 : 0;
            if (code * 100L > sample.Length || digits * 20L > sample.Length)
            {
                return false;
            }
        }

        // A sentence of English has some twenty words of five letters; one in 600 characters leaves room for lists and headings.
        return letters * 10L >= sample.Length * 7L && spaces * 20L >= sample.Length * 2L
            && sentences * 600L >= sample.Length;
    }

    /// <summary>Cuts a text into passages; together they are the text.</summary>
    public static string[] Passages(string text)
    {
        var passages = new List<string>();
        int start = 0;
        for (int i = 0; i < text.Length; i++)
        {
            int length = i + 1 - start;
            bool isParagraph = text[i] == '\n' && (i + 1 == text.Length || text[i + 1] is '\n' or '\r' || length >= ShortestPassage) && !IsHeading(text.AsSpan(start, length));
            bool isCut = length >= LongestPassage && (IsEndOfSentence(text, i) || length >= LongestPassage * 2) && !char.IsHighSurrogate(text[i]);
            if (isParagraph || isCut)
            {
                while (i + 1 < text.Length && char.IsWhiteSpace(text[i + 1]))
                {
                    i++;
                }

                passages.Add(text[start..(i + 1)]);
                start = i + 1;
            }
        }

        if (start < text.Length)
        {
            passages.Add(text[start..]);
        }

        return [.. passages];
    }

    /// <summary>Counts runs without white space.</summary>
    public static int CountWords(string text)
    {
        int words = 0;
        bool isIn = false;
        foreach (char c in text)
        {
            bool isWord = !char.IsWhiteSpace(c);
            words += isWord && !isIn ? 1 : 0;
            isIn = isWord;
        }

        return words;
    }

    // A short line without an end of sentence belongs to what follows.
    private static bool IsHeading(ReadOnlySpan<char> passage)
    {
        ReadOnlySpan<char> line = passage.Trim();
        return line.Length is > 0 and < 120 && !line.Contains('\n') && line[^1] is not ('.' or '!' or '?' or ':' or '"' or '。');
    }

    private static bool IsEndOfSentence(ReadOnlySpan<char> text, int i) =>
        text[i] is '。' or '！' or '？' || (text[i] is '.' or '!' or '?' && (i + 1 >= text.Length || char.IsWhiteSpace(text[i + 1])));
}
