using System.ComponentModel;
using Microsoft.SemanticKernel;
using TokenThrift.Samples.MonthEndClose.Company;

namespace TokenThrift.Samples.MonthEndClose.Plugins;

internal sealed class VendorPlugin(Group group)
{
    [KernelFunction("get_vendor_invoices"), Description("Returns a page of the vendor invoices that an entity posted in the month.")]
    public string Invoices([Description("The entity's code")] string entity, [Description("The page, from 1")] int page = 1) =>
        PluginJson.Page(entity, group.Of(entity).Invoices, page);

    [KernelFunction("get_contracts"), Description("Returns the service contracts of an entity with their monthly amounts.")]
    public string Contracts([Description("The entity's code")] string entity) =>
        PluginJson.Of(new { entity, rows = group.Of(entity).Contracts });
}
