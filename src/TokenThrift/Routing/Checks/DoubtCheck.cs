namespace TokenThrift.Routing;

/// <summary>An answer that says itself that it found none, or that breaks off in the middle, is a doubtful one. A degree, never a failure.</summary>
internal sealed class DoubtCheck : IAnswerCheck
{
    // About even odds of being of use at all, before anything else is known; and what breaks off is seldom any good.
    private const double GivesUpQuality = 0.25;
    private const double BreaksOffQuality = 0.1;

    // Words and short lists need no full stop; what is written in sentences ends with one.
    private const int ShortestProse = 40;

    private static readonly string[] Surrenders =
    [
        "cannot be determined", "can't be determined", "cannot determine", "can't determine", "not enough information", "insufficient information",
        "cannot provide a", "can't provide a", "no valid solution", "no valid answer", "does not have a valid", "doesn't have a valid", "no solution",
        "it is not possible to", "it's not possible to", "i don't have a specific", "i made a mistake", "i am not sure", "i'm not sure",
    ];

    public string Name => "doubt";

    public ValueTask<CheckResult> CheckAsync(AnswerCheckContext context, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(
            context.ToolCalls.Count > 0 ? CheckResult.Unknown
            : BreaksOff(context.Text) ? new CheckResult(CheckVerdict.Pass, "breaks-off") { Quality = BreaksOffQuality }
            : GivesUp(context.Text) ? new CheckResult(CheckVerdict.Pass, "gives-up") { Quality = GivesUpQuality }
            : CheckResult.Pass);

    internal static bool GivesUp(string text) => Array.Exists(Surrenders, s => text.Contains(s, StringComparison.OrdinalIgnoreCase));

    /// <summary>Says whether a text ends in the middle of something: a sentence among sentences, a calculation, a number.</summary>
    internal static bool BreaksOff(string text)
    {
        ReadOnlySpan<char> all = text.AsSpan().TrimEnd();
        if (all.IsEmpty)
        {
            return false;
        }

        ReadOnlySpan<char> last = all[(all.LastIndexOf('\n') + 1)..].TrimStart();
        int annotation = last.LastIndexOf("<<");
        bool isOpen = annotation >= 0 && annotation + 2 < last.Length && char.IsAsciiDigit(last[annotation + 2]) && !last[annotation..].Contains(">>", StringComparison.Ordinal);
        if (isOpen || EndsInHalfANumber(last) || all[^1] is ':' or ',' or '=' or '(')
        {
            return true;
        }

        // A heading, an item, a result or a signature needs no full stop; prose among prose does.
        bool isProse = last.Length >= ShortestProse && last.Contains(' ') && !IsItem(last);
        return isProse && char.IsLetterOrDigit(all[^1]) && HasSentence(all[..^1]);
    }

    // "$40,00": thousands come in threes, and a decimal comma is not followed by two zeros after a dollar sign.
    private static bool EndsInHalfANumber(ReadOnlySpan<char> line)
    {
        int comma = line.LastIndexOf(',');
        return comma > 0 && line.Length - comma is 2 or 3 && char.IsAsciiDigit(line[comma - 1]) && line[(comma + 1)..].IndexOfAnyExceptInRange('0', '9') < 0
            && line.Contains(' ') && line.Contains('$');
    }

    private static bool HasSentence(ReadOnlySpan<char> text) => text.IndexOf(". ") >= 0 || text.IndexOf(".\n") >= 0;

    private static bool IsItem(ReadOnlySpan<char> line) => line[0] is '-' or '*' or '#' or '|' or '>' or '•' || (char.IsAsciiDigit(line[0]) && line.IndexOf(' ') is >= 0 and < 4);
}
