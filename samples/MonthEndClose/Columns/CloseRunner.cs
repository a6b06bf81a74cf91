using Microsoft.SemanticKernel;
using TokenThrift.Samples.MonthEndClose.Agent;
using TokenThrift.Samples.MonthEndClose.Company;
using TokenThrift.Samples.MonthEndClose.Simulation;
using TokenThrift.Samples.MonthEndClose.Tasks;

namespace TokenThrift.Samples.MonthEndClose.Columns;

/// <summary>Does the close, task by task, with one kernel.</summary>
internal sealed class CloseRunner(Group group)
{
    public async Task<ColumnResult> RunAsync(string name, Kernel kernel, ProviderBill bill, Action? taskDone = null, CancellationToken cancellationToken = default)
    {
        var agent = new CloseAgent(kernel, group);
        var results = new List<TaskResult>();
        foreach (CloseTask task in CloseTasks.All)
        {
            BillTotals before = bill.Totals;
            string answer = await task.RunAsync(agent, group, cancellationToken);
            TaskCheck check = task.Check(group, answer, agent.Findings.All);
            agent.Findings.Add(task.Name, answer);
            results.Add(new TaskResult(task.Name, task.LimitUsd, check.Passed, check.Reason, bill.Totals - before));
            taskDone?.Invoke();
        }

        return new ColumnResult(name, results);
    }
}
