using System.Runtime.InteropServices;

namespace TokenThrift.Compression.Passes;

/// <summary>Finds templates that differ in one word only, where so many words stand in that place that it holds a value: a user, a host, a file.</summary>
internal static class LogTemplates
{
    // A place that takes this many words in otherwise equal lines is a value; opened and closed, or on and off, are not.
    private const int WordsOfAValue = 10;
    private const int Rounds = 2;
    private const int MostTemplates = 20_000;
    private const int MostWords = 40;

    /// <summary>Joins templates.</summary>
    /// <param name="templates">The templates, in the order in which they first occurred; those of alarms are <see langword="null"/> and stay alone.</param>
    /// <returns>For each template, the index of the one that stands for it: its own, or an earlier one.</returns>
    public static int[] Join(IReadOnlyList<string?> templates)
    {
        int[] heads = [.. Enumerable.Range(0, templates.Count)];
        if (templates.Count is < WordsOfAValue or > MostTemplates)
        {
            return heads;
        }

        string[]?[] words = [.. templates.Select(template => template?.Split(' ') is { Length: <= MostWords } parts ? parts : null)];
        for (int round = 0; round < Rounds; round++)
        {
            JoinOnce(words, heads);
        }

        return heads;
    }

    private static void JoinOnce(string[]?[] words, int[] heads)
    {
        var alike = new Dictionary<UInt128, List<int>>();
        for (int i = 0; i < words.Length; i++)
        {
            for (int place = 0; heads[i] == i && words[i] is { } line && place < line.Length; place++)
            {
                if (IsWord(line[place]))
                {
                    (CollectionsMarshal.GetValueRefOrAddDefault(alike, KeyOf(line, place), out _) ??= []).Add(i);
                }
            }
        }

        foreach (List<int> group in alike.Values.Where(group => group.Count >= WordsOfAValue).OrderByDescending(group => group.Count).ThenBy(group => group[0]))
        {
            int[] free = [.. group.Where(i => heads[i] == i)];
            if (free.Length < WordsOfAValue)
            {
                continue;
            }

            string[] first = words[free[0]]!;
            int place = Enumerable.Range(0, first.Length).First(p => first[p] != words[free[1]]![p]);
            words[free[0]] = [.. first[..place], "*", .. first[(place + 1)..]];
            foreach (int i in free)
            {
                heads[i] = free[0];
            }
        }
    }

    // A level or a mark is no value.
    private static bool IsWord(string part) => part.Length > 1 && part != "*" && char.IsLetter(part[0]) && !LogTemplate.IsLevel(part);

    private static UInt128 KeyOf(string[] words, int place)
    {
        var hash = new System.IO.Hashing.XxHash128();
        Span<int> at = [words.Length, place];
        hash.Append(MemoryMarshal.AsBytes(at));
        for (int i = 0; i < words.Length; i++)
        {
            if (i != place)
            {
                hash.Append(MemoryMarshal.AsBytes(words[i].AsSpan()));
                hash.Append([0]);
            }
        }

        return hash.GetCurrentHashAsUInt128();
    }
}
