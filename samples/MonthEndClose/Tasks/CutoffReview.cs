using TokenThrift.Samples.MonthEndClose.Company;

namespace TokenThrift.Samples.MonthEndClose.Tasks;

/// <summary>Find invoices of next month's services that were posted this month.</summary>
internal sealed record CutoffReview(string Name, decimal LimitUsd) : AgentTask(Name, LimitUsd)
{
    private static IEnumerable<EntityBooks> Reviewed(Group group) => group.Books.TakeLast(3);

    protected override string Prompt(Group group) => $$"""
        Review the cut-off of {{string.Join(", ", Reviewed(group).Select(x => x.Entity.Code))}}: find the vendor invoices that were posted this month
        though their service date lies after the period end. Answer with JSON: {"invoices": ["ENTITY NUMBER", ...]}
        """;

    public override TaskCheck Check(Group group, string answer, IReadOnlyList<KeyValuePair<string, string>> findings) =>
        TaskAnswer.Check(answer, json => TaskCheck.SameSet(
            "invoices",
            Reviewed(group).SelectMany(books => books.Invoices.Where(x => string.CompareOrdinal(x.ServiceDate, Group.PeriodEnd) > 0).Select(x => $"{books.Entity.Code} {x.Number}")),
            json.Texts("invoices")));
}
