using System.ComponentModel;
using Microsoft.SemanticKernel;
using TokenThrift.Samples.MonthEndClose.Company;

namespace TokenThrift.Samples.MonthEndClose.Plugins;

internal sealed class LedgerPlugin(Group group)
{
    [KernelFunction("get_trial_balance"), Description("Returns the trial balance of an entity in its own currency: opening, debit, credit and closing of the month, and the closing of the month before.")]
    public string TrialBalance([Description("The entity's code, such as DE01")] string entity)
    {
        EntityBooks books = group.Of(entity);
        return PluginJson.Of(new
        {
            entity,
            currency = books.Entity.Currency,
            period = Group.Period,
            closingDebit = books.TrialBalance.Where(x => x.Closing > 0).Sum(x => x.Closing),
            closingCredit = -books.TrialBalance.Where(x => x.Closing < 0).Sum(x => x.Closing),
            rows = books.TrialBalance,
        });
    }

    [KernelFunction("get_journals"), Description("Returns the month's journal entries of one account of an entity.")]
    public string Journals([Description("The entity's code")] string entity, [Description("The account's code, such as 6000")] string account) =>
        PluginJson.Of(new { entity, account, rows = group.Of(entity).Journals.Where(x => x.Account == account) });

    [KernelFunction("get_bank_ledger"), Description("Returns a page of the ledger's entries on the bank account of an entity.")]
    public string BankLedger([Description("The entity's code")] string entity, [Description("The page, from 1")] int page = 1) =>
        PluginJson.Page(entity, group.Of(entity).BankLedger, page);
}
