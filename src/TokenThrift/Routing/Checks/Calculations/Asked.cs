namespace TokenThrift.Routing;

/// <summary>What a question asks for, and whether an answer's last words speak of it.</summary>
internal static class Asked
{
    // "How many more full boxes of apples": the thing comes after these.
    private static readonly string[] Fillers = ["more", "fewer", "total", "of", "the", "other", "full", "additional", "extra"];

    // Words of which something is taken away, or two things set against one another; by their beginnings.
    private static readonly string[] TakingAway = ["remain", "left", "leftover", "rest", "fewer", "discount", "reduced", "decreas", "lost", "profit", "differen", "change", "off"];

    /// <summary>Says whether a question speaks of taking away: of what is left, lost or off, of a profit, of a difference.</summary>
    public static bool IsTakenAway(string question)
    {
        ReadOnlySpan<char> text = question;
        foreach (Range range in text.SplitAny(" \n,.;:?!()"))
        {
            ReadOnlySpan<char> word = text[range];
            foreach (string beginning in TakingAway)
            {
                if (beginning.Length <= 4 ? word.Equals(beginning, StringComparison.OrdinalIgnoreCase) : word.StartsWith(beginning, StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }
        }

        return text.Contains("how many more", StringComparison.OrdinalIgnoreCase) || text.Contains("how much more", StringComparison.OrdinalIgnoreCase)
            || text.Contains("how much longer", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Says whether the last sentence of an answer names none of the things of which it was asked how many.</summary>
    public static bool IsMissedBy(string question, string answer)
    {
        int at = question.LastIndexOf("how many ", StringComparison.OrdinalIgnoreCase);
        if (at < 0)
        {
            return false;
        }

        int words = 0;
        ReadOnlySpan<char> last = LastSentenceOf(answer);
        foreach (string word in question[(at + 9)..].Split([' ', ',', '-', '?', '.'], StringSplitOptions.RemoveEmptyEntries).SkipWhile(w => Fillers.Contains(w, StringComparer.OrdinalIgnoreCase)).Take(2))
        {
            string stem = word.TrimEnd('s');
            if (stem.Length > 2 && last.Contains(stem, StringComparison.OrdinalIgnoreCase))
            {
                return false;
            }

            words++;
        }

        return words > 0;
    }

    private static ReadOnlySpan<char> LastSentenceOf(string answer)
    {
        ReadOnlySpan<char> text = answer.AsSpan().Trim();
        text = text[(text.LastIndexOf('\n') + 1)..];
        int end = text.Length > 1 ? text[..^1].LastIndexOf(". ") : -1;
        return text[(end + 1)..];
    }
}
