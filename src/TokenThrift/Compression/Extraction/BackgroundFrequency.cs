using System.Collections.Concurrent;
using Microsoft.ML.Tokenizers;
using TokenThrift.Text;

namespace TokenThrift.Compression.Extraction;

/// <summary>How much a word tells, from how common it is in general rather than in the few passages at hand.</summary>
/// <remarks>
/// The mean of two sources. One is the table of general English. The other knows every language: a byte-pair vocabulary
/// is learned in the order of how often its pieces occur in a large corpus, so the number of a word's token says how
/// common the word is, and by Zipf's law its inverse document frequency grows with the logarithm of that number; a word
/// of several tokens is rarer than any word of one.
/// </remarks>
internal static class BackgroundFrequency
{
    private const int VocabularySize = 200_000;
    private const int FirstWord = 256;
    private const double PerExtraToken = 0.5;
    private const int LargestMemory = 65_536;
    private static readonly Lazy<TiktokenTokenizer> Tokenizer = new(() => TiktokenTokenizer.CreateForEncoding("o200k_base"));
    private static readonly ConcurrentDictionary<string, double> Known = new(StringComparer.Ordinal);

    /// <summary>Gives the weight of a lower-case word or stem, above 0.</summary>
    public static double WeightOf(string word)
    {
        if (Known.TryGetValue(word, out double known))
        {
            return known;
        }

        if (Known.Count >= LargestMemory)
        {
            Known.Clear();
        }

        double byToken = Math.Min(ByToken(" " + word), ByToken(string.Concat(" ", word[..1].ToUpperInvariant(), word.AsSpan(1))));
        return Known[word] = (byToken + BackgroundFrequencies.Default.Weight(word)) / 2;
    }

    private static double ByToken(string word)
    {
        IReadOnlyList<int> ids = Tokenizer.Value.EncodeToIds(word);
        double rank = ids.Count == 1 ? Math.Max(ids[0], FirstWord) : VocabularySize;
        return Math.Log(rank / FirstWord) + 0.1 + (PerExtraToken * (ids.Count - 1));
    }
}
