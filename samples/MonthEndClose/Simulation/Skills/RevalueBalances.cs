namespace TokenThrift.Samples.MonthEndClose.Simulation.Skills;

/// <summary>Revalues foreign balances at closing rates.</summary>
internal sealed class RevalueBalances : ISkill
{
    public bool IsAskedFor(Transcript transcript) => transcript.Asks("Revalue the foreign currency balances");

    public string Work(Desk desk)
    {
        (string Code, string Currency)[] entities = [.. TaskText.Entities(desk.Transcript)];
        Dictionary<string, string> rates = ExchangeRates.Read(desk, "closing");
        IReadOnlyList<ToolTable> balances = desk.Tables(entities.Select(x => Desk.Ask("get_foreign_balances", ("entity", x.Code))));
        IReadOnlyList<decimal> gains = desk.Calculate([.. entities.Zip(balances).Select(x => string.Join(" + ", x.Second.Rows.Select(
            row => $"({row["foreignAmount"]} * {rates[row["currency"]]} / {rates[x.First.Currency]} - {Bracket(row["bookedAmount"])})")))]);
        return Desk.Json(new { gains = entities.Zip(gains).ToDictionary(x => x.First.Code, x => x.Second) });
    }

    private static string Bracket(string amount) => amount.StartsWith('-') ? $"({amount})" : amount;
}
