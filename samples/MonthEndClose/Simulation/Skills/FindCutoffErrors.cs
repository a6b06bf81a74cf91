namespace TokenThrift.Samples.MonthEndClose.Simulation.Skills;

/// <summary>Finds invoices whose service lies after the period end.</summary>
internal sealed class FindCutoffErrors : ISkill
{
    public bool IsAskedFor(Transcript transcript) => transcript.Asks("Review the cut-off");

    public string Work(Desk desk)
    {
        string end = TaskText.PeriodEnd(desk.Transcript);
        string[] entities = [.. TaskText.Entities(desk.Transcript).Select(x => x.Code)];
        desk.ReadAll([.. entities.Select(entity => Desk.Ask("get_vendor_invoices", ("entity", entity), ("page", 1)))]);
        string[] invoices = [.. entities.SelectMany(entity => desk.Pages("get_vendor_invoices", entity)
            .Where(x => string.CompareOrdinal(x["serviceDate"], end) > 0)
            .Select(x => $"{entity} {x["number"]}"))];
        return Desk.Json(new { invoices });
    }
}
