namespace TokenThrift.Samples.MonthEndClose.Simulation.Skills;

/// <summary>Compares each receivable with the other side's payable.</summary>
internal sealed class MatchIntercompany : ISkill
{
    public bool IsAskedFor(Transcript transcript) => transcript.Asks("Match the intercompany balances");

    public string Work(Desk desk)
    {
        decimal tolerance = TaskText.NumberAfter(desk.Policy("close"), "A difference of more than") ?? 0;
        Dictionary<string, string> rates = ExchangeRates.Read(desk, "closing");
        (string Code, string Currency)[] entities = [.. TaskText.Entities(desk.Transcript)];
        IReadOnlyList<ToolTable> tables = desk.Tables(entities.Select(x => Desk.Ask("get_intercompany_balances", ("entity", x.Code))));
        var payables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (((string code, string currency), ToolTable table) in entities.Zip(tables))
        {
            foreach (ToolRow row in table.Rows.Where(x => x["side"] == "payable"))
            {
                payables[$"{row["counterparty"]}-{code}"] = $"{row["amount"]} * {rates[currency]}";
            }
        }

        (string Pair, string Expression)[] pairs = [.. entities.Zip(tables).SelectMany(x => x.Second.Rows.Where(row => row["side"] == "receivable").Select(row =>
        {
            string pair = $"{x.First.Code}-{row["counterparty"]}";
            return (pair, $"{row["amount"]} * {rates[x.First.Currency]} - {payables.GetValueOrDefault(pair, "0")}");
        }))];
        IReadOnlyList<decimal> results = desk.Calculate([.. pairs.Select(x => x.Expression)]);
        return Desk.Json(new { differences = pairs.Zip(results).Where(x => Math.Abs(x.Second) > tolerance).ToDictionary(x => x.First.Pair, x => x.Second) });
    }
}
