using System.Collections.Frozen;

namespace TokenThrift.Text;

/// <summary>Splits text into terms for search: lower-case words without accents, lightly stemmed; scripts without spaces in pairs of characters.</summary>
public static class TextTerms
{
    private const int MaximumLength = 64;

    private static readonly FrozenSet<string> Stop = new[]
    {
        "a", "about", "am", "an", "and", "any", "are", "as", "at", "be", "been", "but", "by", "can", "could", "did", "do", "does",
        "for", "from", "had", "has", "have", "he", "her", "his", "how", "i", "if", "in", "into", "is", "it", "its", "me", "my",
        "of", "on", "or", "our", "she", "should", "so", "some", "that", "the", "their", "them", "then", "there", "these", "they",
        "this", "to", "us", "was", "we", "were", "what", "when", "where", "which", "who", "why", "will", "with", "would", "you", "your",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Splits text into stemmed terms, in order, repeats included.</summary>
    /// <param name="text">The text.</param>
    /// <param name="keepStopWords">Whether words such as <c>the</c> and <c>of</c> are kept; the default is no.</param>
    /// <returns>The terms.</returns>
    public static List<string> Of(string text, bool keepStopWords = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        var terms = new List<string>(text.Length / 6);
        Span<char> word = stackalloc char[MaximumLength];
        int length = 0;
        foreach (char c in text)
        {
            char letter = LatinLetters.TryDecompose(c, out char plain, out _) ? plain : c;
            if (IsUnspaced(letter))
            {
                Flush(word[..length]);
                length = 0;
                terms.Add(letter.ToString());
            }
            else if (char.IsLetterOrDigit(letter))
            {
                if (length < MaximumLength)
                {
                    word[length++] = char.ToLowerInvariant(letter);
                }
            }
            else if (c is not ('\'' or '\u2019') && !char.IsSurrogate(c))
            {
                Flush(word[..length]);
                length = 0;
            }
        }

        Flush(word[..length]);
        return terms;

        void Flush(ReadOnlySpan<char> raw)
        {
            if (raw.IsEmpty || (!keepStopWords && IsStopWord(raw)))
            {
                return;
            }

            terms.Add(raw[..EnglishStem.LengthOf(raw)].ToString());
        }
    }

    /// <summary>Tells whether a lower-case word is so common that it says nothing of a text's subject.</summary>
    /// <param name="word">The word.</param>
    /// <returns>Whether it is.</returns>
    public static bool IsStopWord(ReadOnlySpan<char> word) => Stop.GetAlternateLookup<ReadOnlySpan<char>>().Contains(word);

    // Chinese and Japanese are written without spaces; each character is a term of its own.
    internal static bool IsUnspaced(char c) => c is (>= '\u3040' and <= '\u30FF') or (>= '\u3400' and <= '\u9FFF') or (>= '\uF900' and <= '\uFAFF');
}
