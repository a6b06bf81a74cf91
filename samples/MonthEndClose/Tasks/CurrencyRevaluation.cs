using TokenThrift.Samples.MonthEndClose.Company;

namespace TokenThrift.Samples.MonthEndClose.Tasks;

/// <summary>Revalue balances in foreign currency at closing rates.</summary>
internal sealed record CurrencyRevaluation(string Name, decimal LimitUsd) : AgentTask(Name, LimitUsd)
{
    protected override string Prompt(Group group) => """
        Revalue the foreign currency balances of all entities at closing rates. For each entity give the total gain (positive) or loss (negative) in its own
        currency: foreign amount times closing rate of that currency over closing rate of the entity's currency, less the booked amount.
        Answer with JSON: {"gains": {"ENTITY": amount, ...}}
        """;

    public override TaskCheck Check(Group group, string answer, IReadOnlyList<KeyValuePair<string, string>> findings) => TaskAnswer.Check(answer, json =>
    {
        IReadOnlyDictionary<string, decimal> gains = json.Amounts("gains");
        return TaskCheck.All(group.Books.Select(books => TaskCheck.SameAmount(books.Entity.Code, Gain(group, books), gains[books.Entity.Code])));
    });

    private static decimal Gain(Group group, EntityBooks books) => books.ForeignBalances.Sum(
        x => (x.ForeignAmount * group.ClosingRates[x.Currency] / group.ClosingRates[books.Entity.Currency]) - x.BookedAmount);
}
