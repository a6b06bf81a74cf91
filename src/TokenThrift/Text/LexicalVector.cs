using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace TokenThrift.Text;

/// <summary>Adds the words of a text to a vector; see <see cref="LexicalEmbeddingGenerator"/>.</summary>
/// <param name="vector">The vector.</param>
internal ref struct LexicalVector(Span<float> vector)
{
    private const int MaximumWord = 64;
    private const int ShortestGram = 3;
    private const int LongestGram = 4;

    // A word lies on several coordinates, so that two words that meet on one do not become the same word.
    private const int CoordinatesPerWord = 4;

    // Half of a word's weight and a little more is the word itself, the rest its parts; a pair of words adds some of theirs.
    private const float WordShare = 0.55f;
    private const float PairShare = 0.15f;

    // Definitions hold few of the words that questions are made of, so their rarity there says too much.
    private const float StopWordLimit = 0.35f;

    private readonly Span<float> _vector = vector;
    private ulong _previous;
    private float _previousWeight;

    public void Add(string text)
    {
        string unified = TextFolding.Unify(text);
        Span<char> word = stackalloc char[MaximumWord + 2];
        word[0] = ' ';
        int length = 0;
        for (int i = 0; i < unified.Length; i++)
        {
            char c = unified[i];
            if (char.IsLetterOrDigit(c) && !TextTerms.IsUnspaced(c))
            {
                if (length < MaximumWord)
                {
                    word[++length] = char.ToLowerInvariant(c);
                }

                continue;
            }

            // don't and résumé are one word each; accents are apart from their letters by now.
            if (c is >= '\u0300' and <= '\u036F' || (c == '\'' && length > 0 && i + 1 < unified.Length && char.IsLetter(unified[i + 1])))
            {
                continue;
            }

            AddWord(word, length);
            length = 0;
            if (TextTerms.IsUnspaced(c) || (!char.IsWhiteSpace(c) && !char.IsPunctuation(c)))
            {
                word[1] = c;
                AddWord(word, 1);
            }
        }

        AddWord(word, length);
    }

    private void AddWord(scoped Span<char> padded, int length)
    {
        if (length == 0)
        {
            return;
        }

        Span<char> word = padded.Slice(1, length);
        ulong hash = XxHash3.HashToUInt64(MemoryMarshal.AsBytes(word[..EnglishStem.LengthOf(word)]));
        float weight = BackgroundFrequencies.Default.Weight((uint)hash);
        if (TextTerms.IsStopWord(word))
        {
            weight = Math.Min(weight, BackgroundFrequencies.Default.MaximumWeight * StopWordLimit);
        }

        Scatter(hash, weight * MathF.Sqrt(WordShare));
        if (_previous != 0)
        {
            Scatter((_previous * 0x9E3779B97F4A7C15UL) ^ hash, MathF.Sqrt(weight * _previousWeight * PairShare));
        }

        _previous = hash;
        _previousWeight = weight;
        padded[length + 1] = ' ';
        AddGrams(padded[..(length + 2)], weight);
    }

    private readonly void AddGrams(ReadOnlySpan<char> padded, float weight)
    {
        int grams = 0;
        for (int n = ShortestGram; n <= LongestGram; n++)
        {
            grams += Math.Max(0, padded.Length - n + 1);
        }

        float share = weight * MathF.Sqrt((1 - WordShare) / grams);
        for (int n = ShortestGram; n <= LongestGram; n++)
        {
            for (int i = 0; i + n <= padded.Length; i++)
            {
                ulong gram = XxHash3.HashToUInt64(MemoryMarshal.AsBytes(padded.Slice(i, n)), seed: 7);
                _vector[(int)(gram % LexicalEmbeddingGenerator.Dimensions)] += (gram >> 63) == 0 ? share : -share;
            }
        }
    }

    private readonly void Scatter(ulong hash, float weight)
    {
        weight /= MathF.Sqrt(CoordinatesPerWord);
        for (int i = 0; i < CoordinatesPerWord; i++)
        {
            hash = (hash ^ (hash >> 31)) * 0xD6E8FEB86659FD93UL;
            hash ^= hash >> 32;
            _vector[(int)(hash % LexicalEmbeddingGenerator.Dimensions)] += (hash >> 63) == 0 ? weight : -weight;
        }
    }
}
