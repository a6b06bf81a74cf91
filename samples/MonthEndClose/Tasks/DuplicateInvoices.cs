using TokenThrift.Samples.MonthEndClose.Company;

namespace TokenThrift.Samples.MonthEndClose.Tasks;

/// <summary>Find invoices that were entered twice.</summary>
internal sealed record DuplicateInvoices(string Name, decimal LimitUsd) : AgentTask(Name, LimitUsd)
{
    protected override string Prompt(Group group) => $$"""
        Find the duplicate invoices of {{group.Books[3].Entity.Code}}: vendor invoices that were entered twice. The second entry may write the number in
        another way. Answer with JSON: {"duplicates": ["INV-12345", ...]}, each number once, in this form.
        """;

    public override TaskCheck Check(Group group, string answer, IReadOnlyList<KeyValuePair<string, string>> findings) =>
        TaskAnswer.Check(answer, json => TaskCheck.SameSet(
            "duplicates",
            group.Books[3].Invoices.GroupBy(x => (x.Vendor, Number: Plain(x.Number))).Where(x => x.Count() > 1).Select(x => x.Key.Number),
            json.Texts("duplicates")));

    private static string Plain(string number) => number.ToUpperInvariant().Replace(' ', '-');
}
