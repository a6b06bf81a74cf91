using System.ComponentModel;
using Microsoft.SemanticKernel;

namespace TokenThrift.Samples.MonthEndClose.Plugins;

/// <summary>What the tasks of this close have found so far.</summary>
internal sealed class FindingsPlugin
{
    private readonly List<KeyValuePair<string, string>> _findings = [];

    public IReadOnlyList<KeyValuePair<string, string>> All => _findings;

    public void Add(string task, string finding) => _findings.Add(new(task, finding));

    [KernelFunction("get_findings"), Description("Returns what each finished task of this close has found.")]
    public string Findings() => PluginJson.Of(new { rows = _findings.Select(x => new { task = x.Key, finding = x.Value }) });
}
