namespace TokenThrift.Samples.MonthEndClose.Simulation.Skills;

/// <summary>Spreads payments over their months.</summary>
internal sealed class AmortisePrepaids : ISkill
{
    public bool IsAskedFor(Transcript transcript) => transcript.Asks("Amortise the prepaid expenses");

    public string Work(Desk desk)
    {
        int month = TaskText.Month(TaskText.Period(desk.Transcript));
        string[] entities = [.. TaskText.Entities(desk.Transcript).Select(x => x.Code)];
        IReadOnlyList<ToolTable> tables = desk.Tables(entities.Select(entity => Desk.Ask("get_prepaid_expenses", ("entity", entity))));
        IReadOnlyList<decimal> charges = desk.Calculate([.. tables.Select(table => string.Join(" + ", table.Rows
            .Where(x => TaskText.Month(x["starts"]) <= month && month - TaskText.Month(x["starts"]) < x.Number("months"))
            .Select(x => $"{x["amount"]} / {x["months"]}")
            .DefaultIfEmpty("0")))]);
        return Desk.Json(new { charges = entities.Zip(charges).ToDictionary(x => x.First, x => x.Second) });
    }
}
