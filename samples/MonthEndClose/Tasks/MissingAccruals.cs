using TokenThrift.Samples.MonthEndClose.Company;

namespace TokenThrift.Samples.MonthEndClose.Tasks;

/// <summary>Find the services of the month that nobody invoiced.</summary>
internal sealed record MissingAccruals(string Name, decimal LimitUsd) : AgentTask(Name, LimitUsd)
{
    protected override string Prompt(Group group) => """
        Find the missing accruals of all entities: contracts whose service of this month was not invoiced, as far as the accruals policy asks for an
        accrual. Answer with JSON: {"accruals": {"ENTITY VENDOR": amount in the entity's currency, ...}}
        """;

    public override TaskCheck Check(Group group, string answer, IReadOnlyList<KeyValuePair<string, string>> findings) =>
        TaskAnswer.Check(answer, json => TaskCheck.SameSet(
            "accruals",
            group.Books.SelectMany(books => books.Contracts.Where(x => IsMissing(books, x, group.Policies)).Select(x => $"{books.Entity.Code} {x.Vendor} {x.Amount:0.00}")),
            json.Amounts("accruals").Select(x => $"{x.Key} {x.Value:0.00}")));

    private static bool IsMissing(EntityBooks books, Contract contract, Policies policies) =>
        (contract.SuspendedFrom is null || string.CompareOrdinal(contract.SuspendedFrom, Group.PeriodEnd) > 0)
        && (contract.Amount >= policies.AccrualThreshold || policies.AlwaysAccruedKinds.Contains(contract.Kind))
        && !books.Invoices.Any(x => x.Vendor == contract.Vendor
            && string.CompareOrdinal(x.ServiceDate, Group.PeriodStart) >= 0 && string.CompareOrdinal(x.ServiceDate, Group.PeriodEnd) <= 0);
}
