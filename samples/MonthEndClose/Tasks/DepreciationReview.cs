using System.Globalization;
using TokenThrift.Samples.MonthEndClose.Company;

namespace TokenThrift.Samples.MonthEndClose.Tasks;

/// <summary>Find the assets whose depreciation of the month was booked wrongly.</summary>
internal sealed record DepreciationReview(string Name, decimal LimitUsd) : AgentTask(Name, LimitUsd)
{
    private static IEnumerable<EntityBooks> Reviewed(Group group) => group.Books.Skip(4).Take(4);

    protected override string Prompt(Group group) => $$"""
        Check the depreciation of {{string.Join(", ", Reviewed(group).Select(x => x.Entity.Code))}}: find the assets whose charge booked this month is not what
        the capitalisation policy says. Answer with JSON: {"errors": {"TAG": the right charge, ...} }
        """;

    public override TaskCheck Check(Group group, string answer, IReadOnlyList<KeyValuePair<string, string>> findings) =>
        TaskAnswer.Check(answer, json => TaskCheck.SameSet(
            "errors",
            Reviewed(group).SelectMany(x => x.Assets).Where(x => x.BookedThisMonth != RightCharge(x)).Select(x => $"{x.Tag} {RightCharge(x):0.00}"),
            json.Amounts("errors").Select(x => $"{x.Key} {x.Value:0.00}")));

    private static decimal RightCharge(Asset asset)
    {
        DateOnly acquired = DateOnly.Parse(asset.Acquired, CultureInfo.InvariantCulture);
        DateOnly period = DateOnly.Parse(Group.PeriodStart, CultureInfo.InvariantCulture);
        return acquired >= period && acquired.Day > 15 ? 0 : Math.Min(asset.Cost / asset.LifeMonths, asset.Cost - asset.Accumulated);
    }
}
