using TokenThrift.Samples.MonthEndClose.Company;

namespace TokenThrift.Samples.MonthEndClose.Tasks;

/// <summary>Translate and add up the income of all entities.</summary>
internal sealed record IncomeConsolidation(string Name, decimal LimitUsd) : AgentTask(Name, LimitUsd)
{
    protected override string Prompt(Group group) => """
        Consolidate the income of all entities in EUR at average rates, before eliminations: revenue (accounts 4000 to 4999) and net income (accounts 4000 to
        7999), both positive when they are a gain. Answer with JSON: {"revenue": amount, "netIncome": amount}
        """;

    public override TaskCheck Check(Group group, string answer, IReadOnlyList<KeyValuePair<string, string>> findings) => TaskAnswer.Check(answer, json => TaskCheck.All(
        TaskCheck.SameAmount("revenue", Total(group, '4'), json.GetProperty("revenue").GetDecimal(), 0.5m),
        TaskCheck.SameAmount("net income", Total(group, '7'), json.GetProperty("netIncome").GetDecimal(), 0.5m)));

    private static decimal Total(Group group, char last) => group.Books.Sum(
        books => -books.TrialBalance.Where(x => x.Account[0] >= '4' && x.Account[0] <= last).Sum(x => x.Closing) * group.AverageRates[books.Entity.Currency]);
}
