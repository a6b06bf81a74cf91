using TokenThrift.Samples.MonthEndClose.Company;

namespace TokenThrift.Samples.MonthEndClose.Tasks;

/// <summary>Count the large invoices that one person approved, entity by entity: the task that is given too little on purpose.</summary>
internal sealed record ApprovalAudit(string Name, decimal LimitUsd) : AgentTask(Name, LimitUsd)
{
    private const string Approver = "m.keller";
    private const decimal Large = 5_000;

    public static ApprovalAudit Starved { get; } = new("approval-audit", 0.03m);

    protected override string Prompt(Group group) => $$"""
        Audit the approvals of all entities: count the vendor invoices above {{Large:0}} net that {{Approver}} approved. Work entity by entity and note each result.
        Answer with JSON: {"counts": {"ENTITY": number, ...}, "unfinished": ["ENTITY", ...]}
        """;

    /// <summary>A part of the work is right where every count that is given is right and the rest is named as unfinished.</summary>
    public override TaskCheck Check(Group group, string answer, IReadOnlyList<KeyValuePair<string, string>> findings) => TaskAnswer.Check(answer, json =>
    {
        IReadOnlyDictionary<string, decimal> counts = json.Amounts("counts");
        return counts.Count == 0
            ? TaskCheck.Wrong("nothing was counted")
            : TaskCheck.All(
                TaskCheck.SameSet("entities", group.Books.Select(x => x.Entity.Code), counts.Keys.Concat(json.Texts("unfinished"))),
                TaskCheck.All(counts.Select(x => TaskCheck.SameAmount(x.Key, Count(group.Of(x.Key)), x.Value))));
    });

    /// <summary>Returns how many entities an answer covers.</summary>
    public static int Covered(string answer)
    {
        int covered = 0;
        TaskAnswer.Check(answer, json =>
        {
            covered = json.Amounts("counts").Count;
            return TaskCheck.Right;
        });
        return covered;
    }

    private static int Count(EntityBooks books) => books.Invoices.Count(x => x.Net > Large && x.ApprovedBy == Approver);
}
