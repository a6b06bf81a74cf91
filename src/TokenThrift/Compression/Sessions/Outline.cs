using System.Text;
using System.Text.RegularExpressions;
using TokenThrift.Compression.References;

namespace TokenThrift.Compression.Sessions;

/// <summary>
/// What is kept of a text that goes. A reader who knows a name can ask for what is behind it; a value cannot be asked for
/// by a name that was lost, and a short line costs hardly more than the names in it.
/// </summary>
/// <remarks>
/// Names are identifiers, numbers and paths; ordinary words are none. Whole lines are kept where they state one value
/// (<c>"timeout": 30,</c> or <c>color = 'blue'</c>), or are no longer than a name. Each is kept once, and not at all where
/// the prompt holds it elsewhere.
/// </remarks>
internal static partial class Outline
{
    // In characters.
    private const int ShortestName = 6;
    private const int LongestFact = 80;
    private const int ShortLine = 16;

    // Of all names together: above it, looking each up in the others takes longer than it is worth.
    private const int LongestSearched = 32_768;

    /// <summary>Appends what stands nowhere else, in the order of the text.</summary>
    /// <param name="result">Where to.</param>
    /// <param name="text">The text.</param>
    /// <param name="spoken">What messages and calls hold.</param>
    /// <param name="elsewhere">What else stands in the prompt; what is appended is added to it.</param>
    public static void Append(StringBuilder result, string text, NameSet spoken, HashSet<ulong> elsewhere)
    {
        List<(string Text, bool IsLine)> entries = Find(text, spoken, elsewhere);
        string all = string.Join('\n', entries.Select(entry => entry.Text));
        bool isLine = true;
        int at = 0;
        foreach ((string entry, bool isWhole) in entries)
        {
            // A name that is a part of another one stands there.
            bool isPart = !isWhole && all.Length <= LongestSearched && (all.AsSpan(0, at).Contains(entry, StringComparison.Ordinal) || all.AsSpan(at + entry.Length).Contains(entry, StringComparison.Ordinal));
            at += entry.Length + 1;
            if (!isPart)
            {
                result.Append(isLine || isWhole ? '\n' : ' ').Append(entry);
                isLine = isWhole;
            }
        }
    }

    private static List<(string Text, bool IsLine)> Find(string text, NameSet spoken, HashSet<ulong> elsewhere)
    {
        var entries = new List<(string Text, bool IsLine)>();
        foreach (Range range in text.AsSpan().Split('\n'))
        {
            ReadOnlySpan<char> line = LineNumber.Without(text.AsSpan()[range]).Trim();
            if (line.Length < ShortestName || NameSet.KeyOf(line) is var whole && (elsewhere.Contains(whole) || spoken.Contains(whole)))
            {
                continue;
            }

            if (line.Length <= ShortLine || (line.Length <= LongestFact && Fact().IsMatch(line)))
            {
                Collect(line, elsewhere);
                entries.Add((line.ToString(), true));
                continue;
            }

            foreach (ValueMatch match in Name().EnumerateMatches(line))
            {
                ReadOnlySpan<char> name = Bare(line.Slice(match.Index, match.Length));
                if (IsName(name) && NameSet.KeyOf(name) is var key && !spoken.Contains(key) && elsewhere.Add(key))
                {
                    entries.Add((name.ToString(), false));
                }
            }
        }

        return entries;
    }

    /// <summary>Adds all lines and names of a text to a set.</summary>
    public static void Collect(ReadOnlySpan<char> text, HashSet<ulong> names)
    {
        foreach (Range range in text.Split('\n'))
        {
            ReadOnlySpan<char> line = LineNumber.Without(text[range]).Trim();
            if (line.Length >= ShortestName)
            {
                names.Add(NameSet.KeyOf(line));
            }
        }

        foreach (ValueMatch match in Name().EnumerateMatches(text))
        {
            ReadOnlySpan<char> name = Bare(text.Slice(match.Index, match.Length));
            if (IsName(name))
            {
                names.Add(NameSet.KeyOf(name));
                AddParts(name, names);
            }
        }
    }

    // A longer name can be read for those that it starts or ends with: this.theme.colors for this.theme and theme.colors.
    private static void AddParts(ReadOnlySpan<char> name, HashSet<ulong> names)
    {
        int previous = 0;
        for (int i = 0; i <= name.Length; i++)
        {
            if (i < name.Length && name[i] is not ('.' or '/' or ':'))
            {
                continue;
            }

            if (previous > 0 || i < name.Length)
            {
                AddPart(name[..i], names);
                AddPart(name[previous..], names);
                AddPart(name[previous..i], names);
            }

            previous = i + 1;
        }
    }

    private static void AddPart(ReadOnlySpan<char> part, HashSet<ulong> names)
    {
        if (IsName(Bare(part)))
        {
            names.Add(NameSet.KeyOf(Bare(part)));
        }
    }

    private static ReadOnlySpan<char> Bare(ReadOnlySpan<char> run) => run.Trim("./:-#@");

    private static bool IsName(ReadOnlySpan<char> run)
    {
        for (int i = 0; i < run.Length; i++)
        {
            if (!char.IsLetter(run[i]) || (i > 0 && char.IsUpper(run[i])))
            {
                return run.Length >= ShortestName;
            }
        }

        return false;
    }

    // A key and one literal value.
    [GeneratedRegex("""^["'`]?[\w.$@/-]+["'`]?\s*[:=]\s*(?:"[^"]*"|'[^']*'|-?[\d.]+\w*|true|false|null)\s*[,;]?$""", RegexOptions.CultureInvariant)]
    private static partial Regex Fact();

    [GeneratedRegex(@"[\p{L}\p{N}_./\\:@#\-]{6,}", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
