using System.Text.Json;
using Microsoft.SemanticKernel;
using TokenThrift.Samples.MonthEndClose.Agent;
using TokenThrift.Samples.MonthEndClose.Company;

namespace TokenThrift.Samples.MonthEndClose.Tasks;

/// <summary>Map the accounts that local books opened this month to the group's chart: one short question each.</summary>
internal sealed record ChartMapping(string Name, decimal LimitUsd) : CloseTask(Name, LimitUsd)
{
    private static readonly KernelFunction Question = KernelFunctionFactory.CreateFromPrompt(
        """
        <message role="system">You map accounts of local books to the group chart. Answer with the code of one account of the group chart and nothing else.

        Group chart:
        {{$chart}}</message>
        <message role="user">Local account: {{$account}}</message>
        """,
        new PromptExecutionSettings { ExtensionData = new Dictionary<string, object> { ["max_tokens"] = 16 } });

    public override async Task<string> RunAsync(CloseAgent agent, Group group, CancellationToken cancellationToken)
    {
        string chart = string.Join('\n', group.Chart.Select(x => $"{x.Code} {x.Name}: {x.Covers}"));
        var codes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (LocalAccount account in group.Books.SelectMany(x => x.NewAccounts))
        {
            string answer = await agent.AnswerAsync(Question, new KernelArguments { ["chart"] = chart, ["account"] = account.Name }, cancellationToken);
            codes[$"{account.Entity} {account.Name}"] = answer.Trim();
        }

        return JsonSerializer.Serialize(codes);
    }

    public override TaskCheck Check(Group group, string answer, IReadOnlyList<KeyValuePair<string, string>> findings)
    {
        var codes = GroupChart.LocalNames.ToDictionary(x => x.LocalName, x => x.Code, StringComparer.OrdinalIgnoreCase);
        return TaskAnswer.Check(answer, json => TaskCheck.SameSet(
            "accounts",
            group.Books.SelectMany(x => x.NewAccounts).Select(x => $"{x.Entity} {x.Name} {codes[x.Name]}"),
            json.EnumerateObject().Select(x => $"{x.Name} {x.Value.GetString()}")));
    }
}
