using System.ComponentModel;
using Microsoft.SemanticKernel;
using TokenThrift.Samples.MonthEndClose.Company;

namespace TokenThrift.Samples.MonthEndClose.Plugins;

internal sealed class AssetPlugin(Group group)
{
    [KernelFunction("get_asset_register"), Description("Returns a page of the fixed-asset register of an entity: cost, life in months, depreciation accumulated before this month, and the charge booked this month.")]
    public string Register([Description("The entity's code")] string entity, [Description("The page, from 1")] int page = 1) =>
        PluginJson.Page(entity, group.Of(entity).Assets, page);
}
