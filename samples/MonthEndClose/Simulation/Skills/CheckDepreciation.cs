namespace TokenThrift.Samples.MonthEndClose.Simulation.Skills;

/// <summary>Compares each asset's charge with what the policy says, as far as the grade follows rules.</summary>
internal sealed class CheckDepreciation : ISkill
{
    public bool IsAskedFor(Transcript transcript) => transcript.Asks("Check the depreciation");

    public string Work(Desk desk)
    {
        string policy = desk.Policy("capitalisation");
        string[] entities = [.. TaskText.Entities(desk.Transcript).Select(x => x.Code)];
        desk.ReadAll([.. entities.Select(entity => Desk.Ask("get_asset_register", ("entity", entity), ("page", 1)))]);
        var errors = new SortedDictionary<string, decimal>(StringComparer.Ordinal);
        foreach (ToolRow asset in entities.SelectMany(entity => desk.Pages("get_asset_register", entity)))
        {
            decimal right = Charge(desk, policy, asset);
            if (asset.Number("bookedThisMonth") != right)
            {
                errors[asset["tag"]] = right;
            }
        }

        return Desk.Json(new { errors });
    }

    private static decimal Charge(Desk desk, string policy, ToolRow asset)
    {
        bool Follows(string rule) => desk.Grade.RuleDepth >= 2 && TaskText.Says(policy, rule);
        decimal left = asset.Number("cost") - asset.Number("accumulated");
        decimal charge = asset.Number("cost") / asset.Number("lifeMonths");
        bool isLate = asset["acquired"].StartsWith(TaskText.Period(desk.Transcript), StringComparison.Ordinal) && string.CompareOrdinal(asset["acquired"][8..], "15") > 0;
        return isLate && Follows("acquired after the fifteenth") ? 0
            : Follows("No charge is booked once the accumulated depreciation has reached the cost") ? Math.Min(charge, left)
            : charge;
    }
}
