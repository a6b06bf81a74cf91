using System.Globalization;
using System.Text;

namespace TokenThrift.Compression.Passes;

/// <summary>Of a long text in prose keeps the opening, what the question is about, and every passage that states a rule or speaks of an error.</summary>
/// <remarks>It looks at no text whose question shares no word with it: there is nothing to choose by.</remarks>
internal sealed class ExtractPass : ICompressionPass
{
    // In words: what is kept of a short text is half, and of what is beyond that a fifth.
    private const int WordsFrom = 1500;
    private const int HalfUpTo = 4000;
    private const int ShareBeyond = 5;

    public string Name => "extract";

    public bool IsLossless => false;

    public string? Apply(CompressionInput input)
    {
        if (input.IsVerbatim || string.IsNullOrWhiteSpace(input.Query) || input.Text.Length < WordsFrom * 4 || FileContent.IsReadBy(input.Arguments) || !Prose.IsProse(input.Text))
        {
            return null;
        }

        string[] passages = Prose.Passages(input.Text);
        int[] words = [.. passages.Select(Prose.CountWords)];
        int total = words.Sum();
        string query = $"{input.Query}\n{input.Arguments}";
        if (total < WordsFrom || passages.Length < 3)
        {
            return null;
        }

        int budget = (Math.Min(total, HalfUpTo) / 2) + (Math.Max(0, total - HalfUpTo) / ShareBeyond);
        IReadOnlyList<int> chosen = PassageExtractor.Select(query, passages, (double)budget / total, out bool isAbout);
        if (!isAbout)
        {
            return null;
        }

        bool[] isKept = new bool[passages.Length];
        for (int i = 0; i < passages.Length; i++)
        {
            isKept[i] = i == 0 || KeptLines.MustStay(passages[i]);
        }

        foreach (int i in chosen)
        {
            isKept[i] = true;
        }

        return Write(passages, words, isKept);
    }

    private static string? Write(string[] passages, int[] words, bool[] isKept)
    {
        if (Array.TrueForAll(isKept, kept => kept))
        {
            return null;
        }

        var result = new StringBuilder();
        for (int i = 0; i < passages.Length;)
        {
            if (isKept[i])
            {
                result.Append(passages[i++]);
                continue;
            }

            int left = 0;
            for (; i < passages.Length && !isKept[i]; i++)
            {
                left += words[i];
            }

            result.Append(result.Length > 0 && result[^1] != '\n' ? " " : string.Empty).Append(CultureInfo.InvariantCulture, $"[… {left} words]\n");
        }

        return result.ToString();
    }
}
