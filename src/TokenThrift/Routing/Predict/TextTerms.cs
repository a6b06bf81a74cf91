using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace TokenThrift.Routing;

/// <summary>Hashes the distinct words of a text, without regard to case.</summary>
internal static class TextTerms
{
    private const int LongestText = 8_000;
    private const int MostTerms = 1_024;
    private const int LongestWord = 64;

    /// <summary>Counts words and, where asked for, pairs of words that follow one another.</summary>
    public static Dictionary<uint, int> Count(ReadOnlySpan<char> text, bool withPairs)
    {
        text = text.Length <= LongestText ? text : text[^LongestText..];
        var counts = new Dictionary<uint, int>();
        Span<char> word = stackalloc char[LongestWord];
        uint previous = 0;
        int length = 0;
        for (int i = 0; i <= text.Length && counts.Count < MostTerms; i++)
        {
            char c = i < text.Length ? text[i] : ' ';
            if (char.IsLetterOrDigit(c))
            {
                if (length < word.Length)
                {
                    word[length++] = char.ToLowerInvariant(c);
                }
            }
            else if (length > 0)
            {
                uint hash = XxHash32.HashToUInt32(MemoryMarshal.AsBytes(word[..length]));
                CollectionsMarshal.GetValueRefOrAddDefault(counts, hash, out _)++;
                if (previous != 0 && withPairs)
                {
                    CollectionsMarshal.GetValueRefOrAddDefault(counts, (previous * 0x9E3779B1u) ^ hash, out _)++;
                }

                previous = hash;
                length = 0;
            }
        }

        return counts;
    }
}
