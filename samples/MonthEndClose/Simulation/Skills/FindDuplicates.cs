namespace TokenThrift.Samples.MonthEndClose.Simulation.Skills;

/// <summary>Finds invoices that were entered twice, however the number was written.</summary>
internal sealed class FindDuplicates : ISkill
{
    public bool IsAskedFor(Transcript transcript) => transcript.Asks("duplicate invoices");

    public string Work(Desk desk)
    {
        string entity = TaskText.Entities(desk.Transcript)[0].Code;
        string[] duplicates = [.. desk.Pages("get_vendor_invoices", entity)
            .GroupBy(x => (Vendor: x["vendor"], Number: x["number"].ToUpperInvariant().Replace(' ', '-')))
            .Where(x => x.Count() > 1)
            .Select(x => x.Key.Number)];
        return Desk.Json(new { duplicates });
    }
}
