using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;
using TokenThrift.Budgets;
using TokenThrift.Requests;
using TokenThrift.Samples.MonthEndClose.Agent;
using TokenThrift.Samples.MonthEndClose.Company;
using TokenThrift.Samples.MonthEndClose.Simulation;
using TokenThrift.Samples.MonthEndClose.Tasks;

namespace TokenThrift.Samples.MonthEndClose.Columns;

/// <summary>Does the close, task by task, with one kernel.</summary>
internal sealed class CloseRunner
{
    private readonly Group _group;
    private readonly ProviderBill _bill;
    private readonly CloseAgent _agent;
    private readonly IBudgets? _budgets;
    private readonly Func<CloseTask, Limit[]> _limits;

    /// <summary>Initializes a new instance of the <see cref="CloseRunner"/> class.</summary>
    /// <param name="group">The company.</param>
    /// <param name="kernel">The kernel that the agent uses.</param>
    /// <param name="bill">What the provider charges.</param>
    /// <param name="hasCaps">Whether the tasks' budgets cap what is spent, where there is TokenThrift.</param>
    public CloseRunner(Group group, Kernel kernel, ProviderBill bill, bool hasCaps = true)
    {
        _group = group;
        _bill = bill;
        _agent = new CloseAgent(kernel, group);
        _limits = hasCaps ? task => [Limit.Usd(task.LimitUsd)] : _ => [];
        _budgets = kernel.Services.GetService<IBudgets>();
    }

    /// <summary>Does all tasks.</summary>
    public async Task<ColumnResult> RunAsync(string name, Action? taskDone = null, CancellationToken cancellationToken = default)
    {
        var results = new List<TaskResult>();
        foreach (CloseTask task in CloseTasks.All)
        {
            using BudgetTask? budget = _budgets?.BeginTask(task.Name, _limits(task));
            (TaskResult result, _) = await RunAsync(task, cancellationToken);
            results.Add(result);
            taskDone?.Invoke();
        }

        return new ColumnResult(name, results);
    }

    /// <summary>Does the task that has too little, with half of its budget kept back for wrapping up.</summary>
    public async Task<StarvedTaskResult> RunStarvedAsync(CancellationToken cancellationToken = default)
    {
        ApprovalAudit task = ApprovalAudit.Starved;
        using BudgetTask budget = _budgets!.BeginTask(task.Name, new BudgetTaskOptions { Limits = [.. _limits(task)], FinalReserve = 0.5 });
        (TaskResult result, string answer) = await RunAsync(task, cancellationToken);
        return new StarvedTaskResult(result, ApprovalAudit.Covered(answer), _group.Books.Count, budget.Spent.Usd);
    }

    private async Task<(TaskResult Result, string Answer)> RunAsync(CloseTask task, CancellationToken cancellationToken)
    {
        BillTotals before = _bill.Totals;
        string answer;
        try
        {
            answer = await task.RunAsync(_agent, _group, cancellationToken);
        }
        catch (CallRefusedException refusal)
        {
            answer = refusal.Message;
        }

        TaskCheck check = task.Check(_group, answer, _agent.Findings.All);
        _agent.Findings.Add(task.Name, answer);
        return (new TaskResult(task.Name, task.LimitUsd, check.Passed, check.Reason, _bill.Totals - before), answer);
    }
}
