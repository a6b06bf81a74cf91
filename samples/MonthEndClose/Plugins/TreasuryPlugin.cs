using System.ComponentModel;
using Microsoft.SemanticKernel;
using TokenThrift.Samples.MonthEndClose.Company;

namespace TokenThrift.Samples.MonthEndClose.Plugins;

internal sealed class TreasuryPlugin(Group group)
{
    [KernelFunction("get_exchange_rates"), Description("Returns what one unit of each currency is worth in EUR: closing rates of the month's last day and the month's average rates.")]
    public string Rates() => PluginJson.Of(new { date = Group.PeriodEnd, rows = group.ClosingRates.Select(x => new { currency = x.Key, closing = x.Value, average = group.AverageRates[x.Key] }) });

    [KernelFunction("get_foreign_balances"), Description("Returns the monetary balances of an entity in foreign currency, with the amount booked in its own currency.")]
    public string ForeignBalances([Description("The entity's code")] string entity) =>
        PluginJson.Of(new { entity, currency = group.Of(entity).Entity.Currency, rows = group.Of(entity).ForeignBalances });

    [KernelFunction("get_intercompany_balances"), Description("Returns what an entity has booked against each other entity, in its own currency.")]
    public string Intercompany([Description("The entity's code")] string entity) =>
        PluginJson.Of(new { entity, currency = group.Of(entity).Entity.Currency, rows = group.Of(entity).Intercompany });

    [KernelFunction("get_prepaid_expenses"), Description("Returns the payments that an entity made in advance, with the months that they cover.")]
    public string Prepaids([Description("The entity's code")] string entity) => PluginJson.Of(new { entity, rows = group.Of(entity).Prepaids });
}
