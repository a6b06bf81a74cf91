using TokenThrift.Samples.MonthEndClose.Company;

namespace TokenThrift.Samples.MonthEndClose.Tasks;

/// <summary>Check that every trial balance balances and that nothing is left in suspense.</summary>
internal sealed record TrialBalanceCheck(string Name, decimal LimitUsd) : AgentTask(Name, LimitUsd)
{
    protected override string Prompt(Group group) => """
        Check the trial balances of all entities: which do not balance (closing debits differ from closing credits), and which still have a balance on the
        suspense account 9999? Answer with JSON: {"unbalanced": ["ENTITY", ...], "suspense": ["ENTITY", ...]}
        """;

    public override TaskCheck Check(Group group, string answer, IReadOnlyList<KeyValuePair<string, string>> findings) => TaskAnswer.Check(answer, json => TaskCheck.All(
        TaskCheck.SameSet("unbalanced", group.Books.Where(x => x.TrialBalance.Sum(line => line.Closing) != 0).Select(x => x.Entity.Code), json.Texts("unbalanced")),
        TaskCheck.SameSet("suspense", group.Books.Where(x => x.TrialBalance.Any(line => line.Account == "9999" && line.Closing != 0)).Select(x => x.Entity.Code), json.Texts("suspense"))));
}
