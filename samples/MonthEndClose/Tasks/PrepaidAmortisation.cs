using System.Globalization;
using TokenThrift.Samples.MonthEndClose.Company;

namespace TokenThrift.Samples.MonthEndClose.Tasks;

/// <summary>Work out this month's share of payments made in advance.</summary>
internal sealed record PrepaidAmortisation(string Name, decimal LimitUsd) : AgentTask(Name, LimitUsd)
{
    private static IEnumerable<EntityBooks> Reviewed(Group group) => group.Books.Take(4);

    protected override string Prompt(Group group) => $$"""
        Amortise the prepaid expenses of {{string.Join(", ", Reviewed(group).Select(x => x.Entity.Code))}}: each payment is spread evenly over its months, the
        month in which it starts included. Answer with JSON: {"charges": {"ENTITY": total charge of this month, ...} }
        """;

    public override TaskCheck Check(Group group, string answer, IReadOnlyList<KeyValuePair<string, string>> findings) => TaskAnswer.Check(answer, json =>
    {
        IReadOnlyDictionary<string, decimal> charges = json.Amounts("charges");
        return TaskCheck.All(Reviewed(group).Select(books => TaskCheck.SameAmount(books.Entity.Code, books.Prepaids.Where(IsRunning).Sum(x => x.Amount / x.Months), charges[books.Entity.Code])));
    });

    private static bool IsRunning(Prepaid prepaid)
    {
        DateOnly starts = DateOnly.Parse(prepaid.Starts, CultureInfo.InvariantCulture);
        DateOnly period = DateOnly.Parse(Group.PeriodStart, CultureInfo.InvariantCulture);
        return starts <= period && starts.AddMonths(prepaid.Months) > period;
    }
}
