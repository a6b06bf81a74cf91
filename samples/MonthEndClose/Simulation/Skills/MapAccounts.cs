using System.Text.RegularExpressions;

namespace TokenThrift.Samples.MonthEndClose.Simulation.Skills;

/// <summary>Finds the account of a chart that a local name means: the one whose description shares most words with it.</summary>
internal sealed partial class MapAccounts : ISkill
{
    public bool IsAskedFor(Transcript transcript) => transcript.Asks("Local account:") && transcript.System.Contains("chart", StringComparison.OrdinalIgnoreCase);

    public string Work(Desk desk)
    {
        HashSet<string> asked = Words(desk.Transcript.Task[(desk.Transcript.Task.IndexOf(':', StringComparison.Ordinal) + 1)..]);
        return LinePattern().Matches(desk.Transcript.System)
            .Select(line => (Code: line.Groups[1].Value, Shared: Words(line.Groups[2].Value).Count(asked.Contains)))
            .OrderByDescending(x => x.Shared)
            .First().Code;
    }

    private static HashSet<string> Words(string text) =>
        [.. WordPattern().Matches(text.ToLowerInvariant()).Select(x => x.Value).Where(x => x is not ("and" or "of" or "to" or "the" or "by" or "with" or "on"))];

    [GeneratedRegex(@"^(\d{4}) (.+)$", RegexOptions.Multiline)]
    private static partial Regex LinePattern();

    [GeneratedRegex("[a-z]+")]
    private static partial Regex WordPattern();
}
