namespace TokenThrift.Samples.MonthEndClose.Company;

/// <summary>The register of fixed assets, and the month's purchases that may belong there.</summary>
internal static class AssetBooks
{
    // Prices of frame contracts, which are the same for every entity.
    private static readonly (string Description, decimal Price, int Quantity)[] FrameContracts =
    [
        ("Laptop 14 inch, standard model", 1_349m, 1), ("Docking station", 189m, 1), ("Office chair, swivel", 420m, 1), ("Toner cartridges", 96m, 12),
        ("Multifunction printer, floor model", 3_890m, 1), ("Hosted accounting software, yearly subscription", 7_200m, 1), ("Monitor 27 inch", 310m, 2),
        ("Support contract for servers, one year", 4_650m, 1), ("Pallet truck, electric", 2_980m, 1), ("Repair of loading ramp", 2_140m, 1),
    ];

    public static IReadOnlyList<Asset> Register(Dice dice, Entity entity)
    {
        string[] kinds = ["Milling machine", "Delivery van", "Server rack", "Forklift", "Conveyor", "Office fit-out", "Laser cutter", "Cold store"];
        var assets = new List<Asset>();
        int count = dice.Number(34, 44);
        for (int i = 0; i < count; i++)
        {
            int life = dice.Pick([36, 48, 60, 96, 120]);
            decimal monthly = dice.Number(20, 900);
            int age = dice.Number(0, life + 6);
            int at = (2026 * 12) + 9 - age;
            int day = age == 0 ? dice.Pick([8, 22]) : dice.Number(1, 28);
            decimal cost = monthly * life;
            int charged = Math.Min(age, life);
            decimal right = age == 0 && day > 15 ? 0 : age >= life ? 0 : monthly;

            // Now and then the charge is wrong: run on past the end, forgotten, or of last year's life.
            decimal booked = dice.Chance(6) ? (right == 0 ? monthly : dice.Chance(50) ? 0 : Math.Round(monthly * 1.25m, 2)) : right;
            assets.Add(new Asset($"{entity.Code}-A{i + 1:000}", $"{dice.Pick(kinds)} {dice.Number(1, 9)}", $"{at / 12}-{(at % 12) + 1:00}-{day:00}", cost, life, monthly * charged, booked));
        }

        return assets;
    }

    public static IReadOnlyList<PurchaseLine> Purchases(Dice dice, Entity entity, Policies policies)
    {
        var lines = new List<PurchaseLine>();
        foreach ((string description, decimal price, int quantity) in dice.Draw(FrameContracts, 4))
        {
            lines.Add(new PurchaseLine(string.Empty, description, price, quantity));
        }

        int below = (int)policies.CapitalThreshold;
        lines.Add(new PurchaseLine(string.Empty, "Milling head for line 3", dice.Number(below + 100, below * 4), 1));
        lines.Add(dice.Chance(50)
            ? new PurchaseLine(string.Empty, "Shelving units, initial installation of warehouse B", dice.Number(below / 4, below / 2), dice.Number(5, 20))
            : new PurchaseLine(string.Empty, "Overhaul of press 4, repair that extends the useful life by four years", dice.Number(below + 300, below * 6), 1));
        return [.. lines.Select((line, i) => line with { Id = $"{entity.Code}-P{i + 1}" })];
    }
}
