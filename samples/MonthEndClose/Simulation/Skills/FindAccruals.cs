namespace TokenThrift.Samples.MonthEndClose.Simulation.Skills;

/// <summary>Finds contracts whose month was not invoiced, and applies the accruals policy as far as the grade follows rules.</summary>
internal sealed class FindAccruals : ISkill
{
    public bool IsAskedFor(Transcript transcript) => transcript.Asks("missing accruals");

    public string Work(Desk desk)
    {
        string policy = desk.Policy("accruals");
        string[] entities = [.. TaskText.Entities(desk.Transcript).Select(x => x.Code)];
        IReadOnlyList<ToolTable> contracts = desk.Tables(entities.Select(entity => Desk.Ask("get_contracts", ("entity", entity))));
        desk.ReadAll([.. entities.Select(entity => Desk.Ask("get_vendor_invoices", ("entity", entity), ("page", 1)))]);
        var accruals = new SortedDictionary<string, decimal>(StringComparer.Ordinal);
        foreach ((string entity, ToolTable table) in entities.Zip(contracts))
        {
            IReadOnlyList<ToolRow> invoices = desk.Pages("get_vendor_invoices", entity);
            string period = TaskText.Period(desk.Transcript);
            foreach (ToolRow contract in table.Rows)
            {
                bool isInvoiced = invoices.Any(x => x["vendor"] == contract["vendor"] && x["serviceDate"].StartsWith(period, StringComparison.Ordinal));
                if (!isInvoiced && IsAccrued(desk, policy, contract))
                {
                    accruals[$"{entity} {contract["vendor"]}"] = contract.Number("amount");
                }
            }
        }

        return Desk.Json(new { accruals });
    }

    private static bool IsAccrued(Desk desk, string policy, ToolRow contract)
    {
        bool Follows(int depth, string rule) => desk.Grade.RuleDepth >= depth && TaskText.Says(policy, rule);
        string suspended = contract["suspendedFrom"];
        if (suspended.Length > 0 && Follows(1, "A contract that is suspended is not accrued"))
        {
            return Follows(3, "unless the suspension begins after the period end")
                && string.CompareOrdinal(suspended, TaskText.PeriodEnd(desk.Transcript)) > 0 && IsLarge(desk, policy, contract);
        }

        return IsLarge(desk, policy, contract);
    }

    private static bool IsLarge(Desk desk, string policy, ToolRow contract) =>
        contract.Number("amount") >= (TaskText.NumberAfter(policy, "Amounts below") ?? 0)
        || (desk.Grade.RuleDepth >= 2 && TaskText.Says(policy, "threshold does not apply") && TaskText.Says(Exempt(policy), contract["kind"]));

    private static string Exempt(string policy)
    {
        string flat = TaskText.Flat(policy);
        int from = flat.IndexOf("threshold does not apply to", StringComparison.OrdinalIgnoreCase);
        return flat[from..flat.IndexOf('.', from)];
    }
}
