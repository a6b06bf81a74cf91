namespace TokenThrift.Samples.MonthEndClose.Company;

/// <summary>Contracts with vendors and the invoices that came in, or did not.</summary>
internal static class VendorBooks
{
    private static readonly (string Vendor, string Service, string Kind)[] Services =
    [
        ("Stadtwerke Power", "Electricity supply", "utilities"), ("AquaNet", "Water supply", "utilities"), ("PayPoint", "Payroll processing", "payroll services"),
        ("CleanRight", "Office cleaning", "facilities"), ("SafeGuard", "Site security", "facilities"), ("Nimbus Cloud", "Cloud hosting", "technology"),
        ("Orbit Telecom", "Internet lines", "technology"), ("LexPartners", "Legal retainer", "advice"), ("Auditas", "Audit fee instalment", "advice"),
        ("GreenLease", "Vehicle lease", "leasing"), ("PrintWorks", "Printer rental", "leasing"), ("TalentBridge", "Agency staff", "staffing"),
    ];

    private static readonly string[] Goods =
    [
        "Packaging material", "Spare parts for line 2", "Freight to customer", "Catering for workshop", "Training day", "Advertising in trade press",
        "Tool hire", "Courier services", "Translation of manuals", "Stationery", "Fuel cards", "Laboratory tests",
    ];

    private static readonly string[] Approvers = ["m.keller", "a.novak", "s.lindqvist", "p.ferrari", "j.doyle"];

    public static (IReadOnlyList<Contract> Contracts, IReadOnlyList<Invoice> Invoices) Make(Dice dice, Policies policies)
    {
        var contracts = new List<Contract>();
        var invoices = new List<Invoice>();
        foreach ((string vendor, string service, string kind) in Services)
        {
            bool isSmall = dice.Chance(25);
            decimal amount = isSmall ? dice.Amount(60, (int)policies.AccrualThreshold - 20) : dice.Amount((int)policies.AccrualThreshold + 20, 14_000);
            string? suspended = dice.Chance(15) ? (dice.Chance(40) ? "2026-11-01" : "2026-09-01") : null;
            contracts.Add(new Contract($"C-{dice.Number(1000, 9999)}", vendor, service, kind, amount, $"2025-{dice.Number(1, 12):00}-01", suspended));
            if (suspended is null ? dice.Chance(72) : false)
            {
                invoices.Add(Invoice(dice, vendor, service, amount, dice.Day(3, 29), dice.Day(1, 28)));
            }
            else if (dice.Chance(50))
            {
                // Last month's invoice, which came late, is no invoice for this month's service.
                invoices.Add(Invoice(dice, vendor, service, amount, dice.Day(1, 9), $"2026-09-{dice.Number(1, 28):00}"));
            }
        }

        int others = dice.Number(38, 48);
        for (int i = 0; i < others; i++)
        {
            // Every now and then next month's service is booked a month too early.
            string serviceDate = dice.Chance(4) ? $"2026-11-{dice.Number(1, 20):00}" : dice.Day(1, 29);
            invoices.Add(Invoice(dice, dice.Pick(["Harbour Supplies", "Brandt Tools", "Metro Couriers", "Delta Print", "Arbor Foods", "Polymer Trading"]), dice.Pick(Goods), dice.Amount(35, 9_000), dice.Day(1, 31), serviceDate));
        }

        foreach (Invoice original in dice.Draw(invoices, 2))
        {
            // The same invoice, entered again from a scan.
            string number = dice.Chance(50) ? original.Number.Replace("-", " ", StringComparison.Ordinal) : original.Number.ToLowerInvariant();
            invoices.Add(original with { Number = number, Posted = dice.Day(30, 31), ApprovedBy = dice.Pick(Approvers) });
        }

        return (contracts, [.. invoices.OrderBy(x => x.Posted, StringComparer.Ordinal).ThenBy(x => x.Number, StringComparer.Ordinal)]);
    }

    private static Invoice Invoice(Dice dice, string vendor, string description, decimal net, string posted, string serviceDate) =>
        new($"INV-{dice.Number(10_000, 99_999)}", vendor, description, posted, serviceDate, net, dice.Pick(["5000", "6150", "6300", "6400", "6500", "6550"]), dice.Pick(Approvers));
}
