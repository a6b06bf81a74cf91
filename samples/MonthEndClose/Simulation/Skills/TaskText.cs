using System.Text.RegularExpressions;

namespace TokenThrift.Samples.MonthEndClose.Simulation.Skills;

/// <summary>What a reader takes from the words of a prompt.</summary>
internal static partial class TaskText
{
    /// <summary>The entities that the task names, or all that the system prompt names, with their currencies.</summary>
    public static IReadOnlyList<(string Code, string Currency)> Entities(Transcript transcript)
    {
        (string Code, string Currency)[] all = [.. EntityPattern().Matches(transcript.System).Select(x => (x.Groups[1].Value, x.Groups[2].Value))];
        (string Code, string Currency)[] named = [.. all.Where(x => transcript.Task.Contains(x.Code, StringComparison.Ordinal))];
        return named.Length > 0 ? named : all;
    }

    public static string Period(Transcript transcript) => PeriodPattern().Match(transcript.System).Groups[1].Value;

    public static string PeriodEnd(Transcript transcript) => PeriodEndPattern().Match(transcript.System).Groups[1].Value;

    /// <summary>Counts months, so that they can be subtracted.</summary>
    public static int Month(string date) => (int.Parse(date.AsSpan(0, 4), provider: null) * 12) + int.Parse(date.AsSpan(5, 2), provider: null);

    public static bool Asks(this Transcript transcript, string words) => transcript.Task.Contains(words, StringComparison.OrdinalIgnoreCase);

    /// <summary>Returns the number after some words of a policy, if the policy is in view.</summary>
    public static decimal? NumberAfter(string text, string words)
    {
        Match match = Regex.Match(Flat(text), Regex.Escape(words) + @" (\d+(?:\.\d+)?)");
        return match.Success ? decimal.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) : null;
    }

    /// <summary>Says whether a rule stands in the text, wherever its lines break.</summary>
    public static bool Says(string text, string words) => Flat(text).Contains(words, StringComparison.OrdinalIgnoreCase);

    public static string Flat(string text) => SpacePattern().Replace(text, " ");

    [GeneratedRegex(@"([A-Z]{2}\d\d) \(([A-Z]{3})\)")]
    private static partial Regex EntityPattern();

    [GeneratedRegex(@"close the month (\d{4}-\d\d)")]
    private static partial Regex PeriodPattern();

    [GeneratedRegex(@"ends on (\d{4}-\d\d-\d\d)")]
    private static partial Regex PeriodEndPattern();

    [GeneratedRegex(@"\s+")]
    private static partial Regex SpacePattern();
}
