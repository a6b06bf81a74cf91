using TokenThrift.Samples.MonthEndClose.Company;

namespace TokenThrift.Samples.MonthEndClose.Tasks;

/// <summary>Compare a bank statement with the ledger's bank account.</summary>
/// <param name="At">Which of the entities.</param>
internal sealed record BankReconciliation(string Name, decimal LimitUsd, int At) : AgentTask(Name, LimitUsd)
{
    protected override string Prompt(Group group) => $$"""
        Reconcile the bank account of {{group.Books[At].Entity.Code}}: compare its bank statement with its bank ledger. Payments are matched by reference;
        where the bank gives none, by amount. Answer with JSON:
        {"unrecorded": [ids of statement lines that the ledger lacks], "outstanding": [ids of ledger entries that the statement lacks],
        "amountErrors": [ids of ledger entries whose amount differs from the statement], "duplicates": [ids of ledger entries that were booked a second time],
        "difference": total of the statement minus total of the ledger}
        """;

    public override TaskCheck Check(Group group, string answer, IReadOnlyList<KeyValuePair<string, string>> findings)
    {
        EntityBooks books = group.Books[At];
        var statement = books.BankStatement.ToDictionary(x => x.Deal);
        LedgerLine[] first = [.. books.BankLedger.DistinctBy(x => x.Deal)];
        HashSet<int> booked = [.. first.Select(x => x.Deal)];
        return TaskAnswer.Check(answer, json => TaskCheck.All(
            TaskCheck.SameSet("unrecorded", books.BankStatement.Where(x => !booked.Contains(x.Deal)).Select(x => x.Line), json.Texts("unrecorded")),
            TaskCheck.SameSet("outstanding", first.Where(x => !statement.ContainsKey(x.Deal)).Select(x => x.Entry), json.Texts("outstanding")),
            TaskCheck.SameSet("amount errors", first.Where(x => statement.TryGetValue(x.Deal, out BankLine? line) && line.Amount != x.Amount).Select(x => x.Entry), json.Texts("amountErrors")),
            TaskCheck.SameSet("duplicates", books.BankLedger.Except(first).Select(x => x.Entry), json.Texts("duplicates")),
            TaskCheck.SameAmount("difference", books.BankStatement.Sum(x => x.Amount) - books.BankLedger.Sum(x => x.Amount), json.GetProperty("difference").GetDecimal())));
    }
}
