using System.Text;
using System.Text.RegularExpressions;

namespace TokenThrift.Compression.Sessions;

/// <summary>The names in a text (identifiers, numbers, paths), each once: those that the text declares first, then the most frequent.</summary>
internal static partial class Outline
{
    private const int CharactersPerToken = 4;
    private const int ShortestName = 6;

    /// <summary>Appends names until the budget is used up.</summary>
    /// <param name="result">Where to.</param>
    /// <param name="text">The text.</param>
    /// <param name="budgetTokens">The budget in tokens, roughly.</param>
    /// <param name="except">Names to leave out; those that are appended are added to it.</param>
    public static void Append(StringBuilder result, string text, int budgetTokens, HashSet<string>? except)
    {
        var names = new Dictionary<string, (int Rank, int First)>(StringComparer.Ordinal);
        foreach (ValueMatch match in Name().EnumerateMatches(text))
        {
            ReadOnlySpan<char> run = text.AsSpan(match.Index, match.Length).Trim("./:-#@");
            if (run.Length < ShortestName || !IsMoreThanAWord(run))
            {
                continue;
            }

            string name = run.ToString();
            int rank = IsDeclared(text, match.Index, match.Index + match.Length) ? 1000 : 1;
            names[name] = names.TryGetValue(name, out (int Rank, int First) known) ? (known.Rank + rank, known.First) : (rank, names.Count);
        }

        int budget = budgetTokens * CharactersPerToken;
        foreach ((string name, _) in names.OrderByDescending(n => n.Value.Rank).ThenBy(n => n.Value.First))
        {
            if (except?.Add(name) == false)
            {
                continue;
            }

            budget -= name.Length + 1;
            if (budget < 0)
            {
                break;
            }

            result.Append(' ').Append(name);
        }
    }

    /// <summary>Adds all names of a text to a set.</summary>
    public static void Collect(string text, HashSet<string> names)
    {
        foreach (ValueMatch match in Name().EnumerateMatches(text))
        {
            ReadOnlySpan<char> run = text.AsSpan(match.Index, match.Length).Trim("./:-#@");
            if (run.Length >= ShortestName && IsMoreThanAWord(run))
            {
                names.Add(run.ToString());
            }
        }
    }

    internal static bool IsMoreThanAWord(ReadOnlySpan<char> run)
    {
        for (int i = 0; i < run.Length; i++)
        {
            if (!char.IsLetter(run[i]) || (i > 0 && char.IsUpper(run[i])))
            {
                return true;
            }
        }

        return false;
    }

    // In most languages a declaration is a name after a keyword, or before an opening bracket or a colon early on its line.
    private static bool IsDeclared(string text, int start, int end)
    {
        int line = text.LastIndexOf('\n', Math.Max(0, start - 1)) + 1;
        ReadOnlySpan<char> before = text.AsSpan(line, start - line).TrimStart();
        bool hasKeyword = Keyword().IsMatch(before);
        bool opens = end < text.Length && text[end] is '(' or ':' or '"' or '=' && before.Length <= 24 && !before.ContainsAny("=(.");
        return hasKeyword || opens;
    }

    [GeneratedRegex(@"(?:^|\s)(?:function|class|interface|type|enum|struct|record|def|fn|func|const|let|var|export|public|private|protected|static|async|import|#+|-)\s+$", RegexOptions.CultureInvariant)]
    private static partial Regex Keyword();

    [GeneratedRegex(@"[\p{L}\p{N}_./\\:@#\-]{6,}", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
