using System.Text.RegularExpressions;
using Group = TokenThrift.Samples.MonthEndClose.Company.Group;

namespace TokenThrift.Samples.MonthEndClose.Tasks;

/// <summary>Write the report of the close from what the other tasks have found.</summary>
internal sealed partial record CloseReport(string Name, decimal LimitUsd) : AgentTask(Name, LimitUsd)
{
    protected override string Prompt(Group group) => """
        Write the close report in Markdown, not JSON, from the findings of the finished tasks: one section for each task, named by it, with every figure of its finding
        down to the cent and every identifier, then a closing section "Next steps" on what has to be cleared. Leave out the account mapping and the purchases, which
        have their own files.
        """;

    public override TaskCheck Check(Group group, string answer, IReadOnlyList<KeyValuePair<string, string>> findings)
    {
        IEnumerable<string> facts = findings.Where(x => x.Key is not ("chart-mapping" or "capitalisation")).SelectMany(x => FactPattern().Matches(x.Value).Select(fact => fact.Value)).Distinct();
        string[] missing = [.. facts.Where(x => !answer.Contains(x, StringComparison.Ordinal))];
        return missing.Length == 0 && answer.Contains("Next steps", StringComparison.Ordinal)
            ? TaskCheck.Right
            : TaskCheck.Wrong($"{missing.Length} facts are not in the report ({string.Join(", ", missing.Take(3))})");
    }

    [GeneratedRegex(@"\b[A-Z]{2,3}[-0-9][-A-Z0-9]*\d\b|\d+\.\d\d")]
    private static partial Regex FactPattern();
}
