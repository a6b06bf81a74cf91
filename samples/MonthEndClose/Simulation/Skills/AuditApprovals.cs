using System.Globalization;
using System.Text.RegularExpressions;

namespace TokenThrift.Samples.MonthEndClose.Simulation.Skills;

/// <summary>Counts invoices by amount and approver, one entity after the other, and writes each count down.</summary>
internal sealed partial class AuditApprovals : ISkill
{
    public bool IsAskedFor(Transcript transcript) => transcript.Asks("Audit the approvals");

    public string Work(Desk desk)
    {
        Match asked = AskedPattern().Match(TaskText.Flat(desk.Transcript.Task));
        decimal above = decimal.Parse(asked.Groups[1].Value, CultureInfo.InvariantCulture);
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var unfinished = new List<string>();
        foreach ((string entity, _) in TaskText.Entities(desk.Transcript))
        {
            string Count() => desk.Pages("get_vendor_invoices", entity)
                .Count(x => x.Number("net") > above && x["approvedBy"] == asked.Groups[2].Value)
                .ToString(CultureInfo.InvariantCulture);

            // Told to wrap up, a model gives what it has.
            if (desk.Transcript.Tools.Count == 0 && desk.Transcript.Note($"count {entity}") is null)
            {
                unfinished.Add(entity);
            }
            else
            {
                counts[entity] = int.Parse(desk.Note($"count {entity}", Count), CultureInfo.InvariantCulture);
            }
        }

        return Desk.Json(new { counts, unfinished });
    }

    [GeneratedRegex(@"above (\d+) net that (\S+) approved")]
    private static partial Regex AskedPattern();
}
