using TokenThrift.Samples.MonthEndClose.Company;

namespace TokenThrift.Samples.MonthEndClose.Tasks;

/// <summary>Explain what moved against the month before.</summary>
internal sealed record VarianceReview(string Name, decimal LimitUsd) : AgentTask(Name, LimitUsd)
{
    protected override string Prompt(Group group) => """
        Explain the variances of all entities against the month before, for every balance of income or expense (accounts 4000 to 7999) that the close policy
        wants explained. Answer with JSON: {"drivers": {"ENTITY ACCOUNT": "number of the journal entry that drove the movement", ...}}
        """;

    public override TaskCheck Check(Group group, string answer, IReadOnlyList<KeyValuePair<string, string>> findings) =>
        TaskAnswer.Check(answer, json => TaskCheck.SameSet(
            "drivers",
            group.Books.SelectMany(books => books.TrialBalance.Where(x => IsExplained(x, group.Policies)).Select(x => $"{books.Entity.Code} {x.Account} {Driver(books, x)}")),
            json.GetProperty("drivers").EnumerateObject().Select(x => $"{x.Name} {x.Value.GetString()}")));

    private static bool IsExplained(BalanceLine line, Policies policies)
    {
        decimal change = Math.Abs(line.Closing - line.PriorMonth);
        return line.Account[0] is >= '4' and <= '7' && change > policies.VarianceAmount && change > Math.Abs(line.PriorMonth) * policies.VariancePercent / 100;
    }

    private static string Driver(EntityBooks books, BalanceLine line)
    {
        int direction = Math.Sign(line.Closing - line.PriorMonth);
        return books.Journals.Where(x => x.Account == line.Account).MaxBy(x => x.Amount * direction)!.Entry;
    }
}
