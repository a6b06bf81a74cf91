namespace TokenThrift.Samples.MonthEndClose.Simulation.Skills;

/// <summary>Translates and adds up income.</summary>
internal sealed class ConsolidateIncome : ISkill
{
    public bool IsAskedFor(Transcript transcript) => transcript.Asks("Consolidate the income");

    public string Work(Desk desk)
    {
        Dictionary<string, string> rates = ExchangeRates.Read(desk, "average");
        (string Code, string Currency)[] entities = [.. TaskText.Entities(desk.Transcript)];
        ToolRequest[] requests = [.. entities.Select(x => Desk.Ask("get_trial_balance", ("entity", x.Code)))];
        desk.ReadAll(requests);
        string Total(char last) => "-(" + string.Join(" + ", entities.Zip(requests).Select(x =>
            $"({string.Join(" + ", desk.Rows(x.Second).Where(row => row["account"][0] >= '4' && row["account"][0] <= last).Select(row => Bracket(row["closing"])))}) * {rates[x.First.Currency]}")) + ")";

        IReadOnlyList<decimal> totals = desk.Calculate([Total('4'), Total('7')]);
        return Desk.Json(new { revenue = totals[0], netIncome = totals[1] });
    }

    private static string Bracket(string amount) => amount.StartsWith('-') ? $"({amount})" : amount;
}
