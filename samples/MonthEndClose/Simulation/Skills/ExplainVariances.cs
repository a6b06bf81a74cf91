namespace TokenThrift.Samples.MonthEndClose.Simulation.Skills;

/// <summary>Finds the balances that moved, and then the journal entries that moved them.</summary>
internal sealed class ExplainVariances : ISkill
{
    public bool IsAskedFor(Transcript transcript) => transcript.Asks("Explain the variances");

    public string Work(Desk desk)
    {
        string moved = desk.Note("balances to explain", () => string.Join("; ", Moved(desk)));
        (string Entity, string Account, int Direction)[] balances = [.. moved.Split("; ", StringSplitOptions.RemoveEmptyEntries).Select(x => x.Split(' ')).Select(x => (x[0], x[1], x[2] == "up" ? 1 : -1))];
        ToolRequest[] requests = [.. balances.Select(x => Desk.Ask("get_journals", ("entity", x.Entity), ("account", x.Account)))];
        desk.ReadAll(requests);
        var drivers = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (((string entity, string account, int direction), ToolRequest request) in balances.Zip(requests))
        {
            if (desk.Rows(request).MaxBy(x => x.Number("amount") * direction) is { } driver)
            {
                drivers[$"{entity} {account}"] = driver["entry"];
            }
        }

        return Desk.Json(new { drivers });
    }

    private static IEnumerable<string> Moved(Desk desk)
    {
        string policy = desk.Policy("close");
        decimal percent = TaskText.NumberAfter(policy, "when it moved by more than") ?? 0;
        decimal amount = TaskText.NumberAfter(policy, "percent and by more than") ?? 0;
        string[] entities = [.. TaskText.Entities(desk.Transcript).Select(x => x.Code)];
        ToolRequest[] requests = [.. entities.Select(entity => Desk.Ask("get_trial_balance", ("entity", entity)))];
        desk.ReadAll(requests);
        foreach ((string entity, ToolRequest request) in entities.Zip(requests))
        {
            foreach (ToolRow row in desk.Rows(request).Where(x => x["account"][0] is >= '4' and <= '7'))
            {
                decimal change = row.Number("closing") - row.Number("priorMonth");
                if (Math.Abs(change) > amount && Math.Abs(change) > Math.Abs(row.Number("priorMonth")) * percent / 100)
                {
                    yield return $"{entity} {row["account"]} {(change > 0 ? "up" : "down")}";
                }
            }
        }
    }
}
