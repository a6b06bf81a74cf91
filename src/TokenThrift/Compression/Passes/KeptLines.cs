using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace TokenThrift.Compression.Passes;

/// <summary>What the passes that leave lines out have in common.</summary>
internal static partial class KeptLines
{
    // What a rule cannot do without; looked for first, because most lines have none of it.
    private static readonly SearchValues<string> RuleParts = SearchValues.Create(
        ["must", "never", "always", "shall", "required", "mandatory", "forbidden", "prohibited", "not", "don't"], StringComparison.OrdinalIgnoreCase);

    /// <summary>Says whether a line may never be left out: it speaks of an error or a warning, or states a rule.</summary>
    public static bool MustStay(ReadOnlySpan<char> line) => LogTemplate.IsAlarm(line) || (line.ContainsAny(RuleParts) && Rule().IsMatch(line));

    /// <summary>Writes the lines that are kept, with a note in the place of each run that is not.</summary>
    /// <param name="lines">All lines.</param>
    /// <param name="isKept">Which of them are kept.</param>
    /// <param name="note">Writes the note for the lines from the first number up to, not including, the second.</param>
    /// <param name="shortest">Runs shorter than this are kept: a note would be no shorter.</param>
    /// <returns>The text, or <see langword="null"/> when nothing is left out.</returns>
    public static string? Write(string[] lines, bool[] isKept, Func<int, int, string> note, int shortest = 2)
    {
        var result = new StringBuilder();
        bool isChanged = false;
        for (int i = 0; i < lines.Length;)
        {
            int end = i;
            while (end < lines.Length && !isKept[end])
            {
                end++;
            }

            if (end - i >= shortest)
            {
                result.Append(note(i, end)).Append('\n');
                isChanged = true;
            }
            else
            {
                end = Math.Max(end, i + 1);
                for (int j = i; j < end; j++)
                {
                    result.Append(lines[j]).Append('\n');
                }
            }

            i = end;
        }

        if (!isChanged)
        {
            return null;
        }

        result.Length--;
        return result.ToString();
    }

    [GeneratedRegex(@"\b(?:must|never|always|shall|required|mandatory|forbidden|prohibited|do not|don't|may not|cannot|not allowed)\b", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Rule();
}
