using TokenThrift.Samples.MonthEndClose.Agent;
using TokenThrift.Samples.MonthEndClose.Company;

namespace TokenThrift.Samples.MonthEndClose.Tasks;

/// <summary>One piece of the close: what the agent is asked, what it may spend, and whether its answer is right.</summary>
/// <param name="Name">The task's name.</param>
/// <param name="LimitUsd">The most that the task may cost, in US dollars.</param>
internal abstract record CloseTask(string Name, decimal LimitUsd)
{
    /// <summary>Has the agent do the task; the text is kept as the task's finding.</summary>
    public abstract Task<string> RunAsync(CloseAgent agent, Group group, CancellationToken cancellationToken);

    /// <summary>Compares an answer with the truth, which is computed from the company's data.</summary>
    public abstract TaskCheck Check(Group group, string answer, IReadOnlyList<KeyValuePair<string, string>> findings);
}

/// <summary>A task that is one question to the agent, who looks up what it needs.</summary>
internal abstract record AgentTask(string Name, decimal LimitUsd) : CloseTask(Name, LimitUsd)
{
    protected abstract string Prompt(Group group);

    public override Task<string> RunAsync(CloseAgent agent, Group group, CancellationToken cancellationToken) => agent.AskAsync(Prompt(group), cancellationToken);
}
