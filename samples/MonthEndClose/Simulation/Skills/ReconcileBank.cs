namespace TokenThrift.Samples.MonthEndClose.Simulation.Skills;

/// <summary>Matches a bank statement with a ledger, by reference and then by amount.</summary>
internal sealed class ReconcileBank : ISkill
{
    public bool IsAskedFor(Transcript transcript) => transcript.Asks("Reconcile the bank account");

    public string Work(Desk desk)
    {
        string entity = TaskText.Entities(desk.Transcript)[0].Code;
        desk.ReadAll([Desk.Ask("get_bank_statement", ("entity", entity), ("page", 1)), Desk.Ask("get_bank_ledger", ("entity", entity), ("page", 1))]);
        IReadOnlyList<ToolRow> statement = desk.Pages("get_bank_statement", entity);
        IReadOnlyList<ToolRow> ledger = desk.Pages("get_bank_ledger", entity);

        var duplicates = new List<string>();
        var open = new Dictionary<string, ToolRow>(StringComparer.Ordinal);
        foreach (ToolRow entry in ledger)
        {
            if (!open.TryAdd(entry["reference"], entry))
            {
                duplicates.Add(entry["entry"]);
            }
        }

        var amountErrors = new List<string>();
        var unmatched = new List<ToolRow>();
        foreach (ToolRow line in statement)
        {
            if (!open.Remove(line["reference"], out ToolRow? entry))
            {
                unmatched.Add(line);
            }
            else if (entry.Number("amount") != line.Number("amount"))
            {
                amountErrors.Add(entry["entry"]);
            }
        }

        var unrecorded = new List<string>();
        foreach (ToolRow line in unmatched)
        {
            ToolRow? entry = desk.Grade.MatchesByContent ? open.Values.FirstOrDefault(x => x.Number("amount") == line.Number("amount")) : null;
            if (entry is null)
            {
                unrecorded.Add(line["line"]);
            }
            else
            {
                open.Remove(entry["reference"]);
            }
        }

        decimal difference = desk.Calculate([$"({Sum(statement)}) - ({Sum(ledger)})"])[0];
        return Desk.Json(new { unrecorded, outstanding = open.Values.Select(x => x["entry"]), amountErrors, duplicates, difference });
    }

    // Added up on the way: a model keeps a running total rather than copy a thousand amounts into the calculator.
    private static string Sum(IEnumerable<ToolRow> rows) => Desk.Number(rows.Sum(x => x.Number("amount")));
}
