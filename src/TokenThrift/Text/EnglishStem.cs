using System.Buffers;

namespace TokenThrift.Text;

/// <summary>A light English stemmer that only cuts endings: plural <c>s</c> and <c>es</c>, <c>ed</c>, <c>ing</c>, <c>ly</c>.</summary>
/// <remarks>After D. Harman, "How effective is suffixing?" (JASIS 42, 1991): the S-stemmer, and the commonest verb endings.</remarks>
internal static class EnglishStem
{
    private static readonly SearchValues<char> Vowels = SearchValues.Create("aeiouy");

    /// <summary>Returns how many characters of a lower-case word are its stem.</summary>
    public static int LengthOf(ReadOnlySpan<char> word)
    {
        int length = word.Length;
        if (length < 4 || !char.IsAsciiLetterLower(word[0]) || !char.IsAsciiLetterLower(word[^1]))
        {
            return length;
        }

        if (word[^1] == 's' && word[^2] is not ('s' or 'u' or 'i'))
        {
            // boxes, wishes, but not horses: the e stays where it belongs to the word.
            length -= word.EndsWith("xes") || word.EndsWith("shes") || word.EndsWith("ches") || word.EndsWith("sses") ? 2 : 1;
            word = word[..length];
        }

        int cut = word.EndsWith("ing") ? 3 : word.EndsWith("ed") ? 2 : word.EndsWith("ly") ? 2 : 0;
        if (cut > 0 && length - cut >= 3 && HasVowel(word[..^cut]))
        {
            length -= cut;
            if (length > 3 && word[length - 1] == word[length - 2] && word[length - 1] is not ('l' or 's' or 'z'))
            {
                length--;
            }
        }

        // change, changes, changed and changing meet without the final e; carry and carries without the y or ie.
        ReadOnlySpan<char> rest = word[..length];
        if (length > 4 && rest.EndsWith("ie"))
        {
            return length - 2;
        }

        return length > 3 && rest[^1] is 'e' or 'y' ? length - 1 : length;
    }

    private static bool HasVowel(ReadOnlySpan<char> text) => text.ContainsAny(Vowels);
}
