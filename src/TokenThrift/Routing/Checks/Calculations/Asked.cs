namespace TokenThrift.Routing;

/// <summary>What a question asks for, and whether an answer's last words speak of it.</summary>
internal static class Asked
{
    // "How many more full boxes of apples": the thing comes after these.
    private static readonly string[] Fillers = ["more", "fewer", "total", "of", "the", "other", "full", "additional", "extra"];

    // "How many pens are there": the thing ends before these.
    private static readonly string[] Verbs =
    [
        "are", "is", "were", "was", "do", "does", "did", "will", "would", "can", "could", "should", "has", "have", "had", "must", "in", "on", "at", "from", "for", "he", "she", "they",
    ];

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
        IEnumerable<string> thing = question[(at + 9)..].Split([' ', ',', '-', '?', '.'], StringSplitOptions.RemoveEmptyEntries)
            .SkipWhile(w => Fillers.Contains(w, StringComparer.OrdinalIgnoreCase))
            .TakeWhile(w => !Verbs.Contains(w, StringComparer.OrdinalIgnoreCase))
            .Take(2);
        foreach (string word in thing)
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

    private static bool HasLetter(ReadOnlySpan<char> text)
    {
        foreach (char c in text)
        {
            if (char.IsLetter(c))
            {
                return true;
            }
        }

        return false;
    }

    // A bare number on the last line is the answer to be copied; the sentence that gives it stands above.
    private static ReadOnlySpan<char> LastSentenceOf(string answer)
    {
        ReadOnlySpan<char> text = answer.AsSpan().Trim();
        while (text.LastIndexOf('\n') is > 0 and int line && !HasLetter(text[line..]))
        {
            text = text[..line].TrimEnd();
        }

        text = text[(text.LastIndexOf('\n') + 1)..];
        int end = text.Length > 1 ? text[..^1].LastIndexOf(". ") : -1;
        return text[(end + 1)..];
    }
}
