using System.ComponentModel;
using Microsoft.SemanticKernel;
using TokenThrift.Samples.MonthEndClose.Company;

namespace TokenThrift.Samples.MonthEndClose.Plugins;

internal sealed class PolicyPlugin(Group group)
{
    [KernelFunction("get_policy"), Description("Returns the text of an accounting policy: accruals, capitalisation or close.")]
    public string Policy([Description("accruals, capitalisation or close")] string name) => name switch
    {
        "accruals" => group.Policies.Accruals,
        "capitalisation" => group.Policies.Capitalisation,
        "close" => group.Policies.Close,
        _ => "There is no such policy. There are: accruals, capitalisation, close.",
    };
}
