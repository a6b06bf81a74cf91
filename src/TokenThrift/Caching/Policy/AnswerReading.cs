using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using TokenThrift.Text;

namespace TokenThrift.Caching;

/// <summary>An answer as words in clauses, as hashes. Immutable.</summary>
internal sealed class AnswerReading
{
    private const string Breaks = ".!?;\n()[]";
    private const string Signs = "$\u20AC\u00A3\u00A5%\u00B0&@=<>^~";

    private AnswerReading(AnswerWord[] words)
    {
        Words = words;
        Phrases = new uint[words.Length];
        var slots = new List<uint>();
        for (int i = 0; i < words.Length; i++)
        {
            Phrases[i] = Join(Join(Beside(i, -1), words[i].Term), Beside(i, 1));
            if (words[i].IsNumber)
            {
                slots.Add(Slot(i));
            }
        }

        Slots = [.. slots];
    }

    /// <summary>Gets the words, in order.</summary>
    public AnswerWord[] Words { get; }

    /// <summary>Gets for each word the phrase of it and its two neighbours.</summary>
    public uint[] Phrases { get; }

    /// <summary>Gets the places that hold a number.</summary>
    public uint[] Slots { get; }

    public static AnswerReading Of(string answer)
    {
        string text = TextFolding.Unify(answer);
        var words = new List<AnswerWord>(text.Length / 6);
        int clause = 0;
        bool opens = true;
        for (int i = 0; i < text.Length;)
        {
            if (TextTerms.IsUnspaced(text[i]) || Signs.Contains(text[i], StringComparison.Ordinal))
            {
                Add(i, ++i);
            }
            else if (char.IsLetterOrDigit(text[i]))
            {
                int start = i;
                while (i < text.Length && IsInside(text, i))
                {
                    i++;
                }

                Add(start, i);
            }
            else
            {
                if (Breaks.Contains(text[i], StringComparison.Ordinal) && !opens)
                {
                    clause++;
                    opens = true;
                }

                opens |= text[i] is ':';

                i++;
            }
        }

        return new AnswerReading([.. words]);

        void Add(int start, int end)
        {
            words.Add(Word(text[start..end], clause, opens));
            opens = false;
        }
    }

    /// <summary>Gets the term beside a word in its clause; 1 or 2 where the clause begins or ends.</summary>
    public uint Beside(int index, int step)
    {
        int beside = index + step;
        return beside < 0 || beside >= Words.Length || Words[beside].Clause != Words[index].Clause ? step < 0 ? 1u : 2u : Words[beside].Term;
    }

    /// <summary>Gets the place that a number stands in: its neighbours with any number between them.</summary>
    public uint Slot(int index) => ~Join(Beside(index, -1), Beside(index, 1));

    /// <summary>Joins two hashes; the order counts.</summary>
    public static uint Join(uint left, uint right) => (uint)(((((ulong)left << 32) | right) * 0x9E3779B97F4A7C15UL) >> 32);

    private static AnswerWord Word(string text, int clause, bool opens)
    {
        string word = text.Replace("'", string.Empty, StringComparison.Ordinal).ToLowerInvariant();
        string? number = QuestionWords.Number(word) is { } written && !IsOrdinal(word) ? written : null;
        bool isNumber = number is not null || char.IsDigit(word[0]);
        string stem = number ?? (isNumber ? word.Replace(",", string.Empty, StringComparison.Ordinal) : word[..EnglishStem.LengthOf(word)]);
        bool isStop = TextTerms.IsStopWord(word);
        return new AnswerWord(
            word,
            (uint)XxHash3.HashToUInt64(MemoryMarshal.AsBytes(stem.AsSpan())),
            clause,
            isNumber,
            QuestionWords.IsNegation(word),
            isStop,
            text.Length > 1 && char.IsUpper(text[0]) && !isStop && (!opens || text.Skip(1).Any(char.IsUpper)));
    }

    // First, second, third number what is said as often as they say something.
    private static bool IsOrdinal(string word) => word is "third" || word.EndsWith("th", StringComparison.Ordinal);

    // A point or comma between digits belongs to the number, an apostrophe or a sign such as that of C++ to the word.
    private static bool IsInside(string text, int i)
    {
        char c = text[i];
        return (char.IsLetterOrDigit(c) && !TextTerms.IsUnspaced(c))
            || CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark
            || c is '+' or '#' or '_'
            || (c == '\'' && i + 1 < text.Length && char.IsLetter(text[i + 1]))
            || (c is '.' or ',' && char.IsDigit(text[i - 1]) && i + 1 < text.Length && char.IsDigit(text[i + 1]));
    }
}
