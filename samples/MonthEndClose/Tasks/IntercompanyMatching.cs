using TokenThrift.Samples.MonthEndClose.Company;

namespace TokenThrift.Samples.MonthEndClose.Tasks;

/// <summary>Find the intercompany balances on which two entities do not agree, so that the rest can be eliminated.</summary>
internal sealed record IntercompanyMatching(string Name, decimal LimitUsd) : AgentTask(Name, LimitUsd)
{
    protected override string Prompt(Group group) => """
        Match the intercompany balances of all entities for the elimination. Compare each receivable with the other side's payable in EUR at closing rates and
        list the pairs whose difference is above the tolerance of the close policy.
        Answer with JSON: {"differences": {"CREDITOR-DEBTOR": receivable minus payable in EUR, ...}}
        """;

    public override TaskCheck Check(Group group, string answer, IReadOnlyList<KeyValuePair<string, string>> findings) => TaskAnswer.Check(answer, json =>
    {
        IReadOnlyDictionary<string, decimal> given = json.Amounts("differences");
        Dictionary<string, decimal> right = Differences(group);
        TaskCheck pairs = TaskCheck.SameSet("pairs", right.Keys, given.Keys);
        return pairs.Passed ? TaskCheck.All(right.Select(x => TaskCheck.SameAmount(x.Key, x.Value, given[x.Key]))) : pairs;
    });

    private static Dictionary<string, decimal> Differences(Group group)
    {
        var differences = new Dictionary<string, decimal>();
        foreach (EntityBooks creditor in group.Books)
        {
            foreach (IntercompanyBalance receivable in creditor.Intercompany.Where(x => x.Side == "receivable"))
            {
                EntityBooks debtor = group.Of(receivable.Counterparty);
                IntercompanyBalance payable = debtor.Intercompany.First(x => x.Side == "payable" && x.Counterparty == creditor.Entity.Code);
                decimal difference = (receivable.Amount * group.ClosingRates[creditor.Entity.Currency]) - (payable.Amount * group.ClosingRates[debtor.Entity.Currency]);
                if (Math.Abs(difference) > group.Policies.IntercompanyTolerance)
                {
                    differences[$"{creditor.Entity.Code}-{debtor.Entity.Code}"] = difference;
                }
            }
        }

        return differences;
    }
}
