using System.Globalization;
using System.Text.Json;
using Microsoft.SemanticKernel;
using TokenThrift.Samples.MonthEndClose.Agent;
using TokenThrift.Samples.MonthEndClose.Company;

namespace TokenThrift.Samples.MonthEndClose.Tasks;

/// <summary>Decide for each larger purchase whether the policy makes it an asset: one short question each.</summary>
internal sealed record CapitalisationReview(string Name, decimal LimitUsd) : CloseTask(Name, LimitUsd)
{
    private static readonly KernelFunction Question = KernelFunctionFactory.CreateFromPrompt(
        """
        <message role="system">You apply the group's capitalisation policy to single purchases. Answer with one word, capitalise or expense, and nothing else.

        {{$policy}}</message>
        <message role="user">Purchase: {{$description}}; unit price {{$price}}; quantity {{$quantity}}</message>
        """,
        new PromptExecutionSettings { ExtensionData = new Dictionary<string, object> { ["max_tokens"] = 16 } });

    public override async Task<string> RunAsync(CloseAgent agent, Group group, CancellationToken cancellationToken)
    {
        var verdicts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (PurchaseLine line in group.Books.SelectMany(x => x.Purchases))
        {
            var arguments = new KernelArguments
            {
                ["policy"] = group.Policies.Capitalisation,
                ["description"] = line.Description,
                ["price"] = line.Price.ToString("0.00", CultureInfo.InvariantCulture),
                ["quantity"] = line.Quantity.ToString(CultureInfo.InvariantCulture),
            };
            string answer = await agent.AnswerAsync(Question, arguments, cancellationToken);
            verdicts[line.Id] = answer.Trim();
        }

        return JsonSerializer.Serialize(verdicts);
    }

    public override TaskCheck Check(Group group, string answer, IReadOnlyList<KeyValuePair<string, string>> findings) =>
        TaskAnswer.Check(answer, json => TaskCheck.SameSet(
            "purchases",
            group.Books.SelectMany(x => x.Purchases).Select(x => $"{x.Id} {(IsAsset(x, group.Policies.CapitalThreshold) ? "capitalise" : "expense")}"),
            json.EnumerateObject().Select(x => $"{x.Name} {x.Value.GetString()!.ToLowerInvariant()}")));

    private static bool IsAsset(PurchaseLine line, decimal threshold)
    {
        bool Says(string word) => line.Description.Contains(word, StringComparison.OrdinalIgnoreCase);
        return !Says("subscription") && !Says("support contract")
            && (Says("repair") ? Says("extends the useful life") && line.Price >= threshold
                : line.Price >= threshold || (Says("initial installation") && line.Price * line.Quantity >= threshold));
    }
}
