using System.Text;
using System.Text.RegularExpressions;

namespace TokenThrift.Compression.Sessions;

/// <summary>The names in a text (identifiers, numbers, paths), each once, the most frequent first.</summary>
internal static partial class Outline
{
    private const int CharactersPerToken = 4;

    public static void Append(StringBuilder result, string text, int budgetTokens)
    {
        var names = new Dictionary<string, (int Count, int First)>(StringComparer.Ordinal);
        foreach (ValueMatch match in Name().EnumerateMatches(text))
        {
            ReadOnlySpan<char> run = text.AsSpan(match.Index, match.Length).Trim("./:-");
            if (run.Length < 6 || !IsMoreThanAWord(run))
            {
                continue;
            }

            string name = run.ToString();
            names[name] = names.TryGetValue(name, out (int Count, int First) known) ? (known.Count + 1, known.First) : (1, names.Count);
        }

        int budget = budgetTokens * CharactersPerToken;
        foreach ((string name, _) in names.OrderByDescending(n => n.Value.Count).ThenBy(n => n.Value.First))
        {
            budget -= name.Length + 1;
            if (budget < 0)
            {
                break;
            }

            result.Append(' ').Append(name);
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

    [GeneratedRegex(@"[\p{L}\p{N}_./\\:@#\-]{6,}", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
