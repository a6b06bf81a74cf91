namespace TokenThrift.Samples.MonthEndClose.Simulation.Skills;

/// <summary>Compares debits with credits and looks for a balance in suspense.</summary>
internal sealed class CheckTrialBalances : ISkill
{
    public bool IsAskedFor(Transcript transcript) => transcript.Asks("Check the trial balances");

    public string Work(Desk desk)
    {
        string[] entities = [.. TaskText.Entities(desk.Transcript).Select(x => x.Code)];
        ToolRequest[] requests = [.. entities.Select(entity => Desk.Ask("get_trial_balance", ("entity", entity)))];
        IReadOnlyList<ToolTable> tables = desk.Tables(requests);
        return Desk.Json(new
        {
            unbalanced = entities.Zip(tables).Where(x => x.Second.Number("closingDebit") != x.Second.Number("closingCredit")).Select(x => x.First),
            suspense = entities.Zip(requests).Where(x => desk.Rows(x.Second).Any(row => row["account"] == "9999" && row.Number("closing") != 0)).Select(x => x.First),
        });
    }
}
