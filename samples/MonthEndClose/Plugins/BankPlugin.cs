using System.ComponentModel;
using Microsoft.SemanticKernel;
using TokenThrift.Samples.MonthEndClose.Company;

namespace TokenThrift.Samples.MonthEndClose.Plugins;

internal sealed class BankPlugin(Group group)
{
    [KernelFunction("get_bank_statement"), Description("Returns a page of the month's bank statement of an entity.")]
    public string Statement([Description("The entity's code")] string entity, [Description("The page, from 1")] int page = 1) =>
        PluginJson.Page(entity, group.Of(entity).BankStatement, page);
}
