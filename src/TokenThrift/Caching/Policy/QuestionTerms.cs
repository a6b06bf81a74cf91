using System.IO.Hashing;
using System.Runtime.InteropServices;
using TokenThrift.Text;

namespace TokenThrift.Caching;

/// <summary>The words of a question and its pairs of neighbouring words, as hashes. Immutable.</summary>
internal sealed class QuestionTerms
{
    // A longer question is known by its first words; comparing costs by their number.
    private const int MaximumWords = 96;

    private QuestionTerms(uint[] words, uint[] all)
    {
        Words = words;
        All = all;
    }

    /// <summary>Gets the words, each once.</summary>
    public uint[] Words { get; }

    /// <summary>Gets the words and the pairs, each once.</summary>
    public uint[] All { get; }

    public static QuestionTerms Of(string question)
    {
        List<string> terms = TextTerms.Of(question, keepStopWords: true);
        int count = Math.Min(terms.Count, MaximumWords);
        var words = new HashSet<uint>(count);
        var all = new HashSet<uint>(count * 2);
        uint previous = 0;
        for (int i = 0; i < count; i++)
        {
            uint word = (uint)XxHash3.HashToUInt64(MemoryMarshal.AsBytes(terms[i].AsSpan()));
            words.Add(word);
            all.Add(word);
            if (i > 0)
            {
                all.Add(Pair(previous, word));
            }

            previous = word;
        }

        return new QuestionTerms([.. words], [.. all]);
    }

    private static uint Pair(uint left, uint right) => (uint)((((ulong)left << 32) | right) * 0x9E3779B97F4A7C15UL >> 32);
}
