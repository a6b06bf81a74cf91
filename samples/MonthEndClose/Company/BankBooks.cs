namespace TokenThrift.Samples.MonthEndClose.Company;

/// <summary>A bank statement and the ledger's bank account, which agree but for what a month leaves open.</summary>
internal static class BankBooks
{
    private static readonly string[] Parties =
    [
        "Halden Metals", "Brightwater Foods", "Osterman Logistics", "Quill & Co", "Vantage Retail", "Meridian Labs", "Corvid Print", "Tamarack Energy",
        "Northfield Dental", "Lumen Optics", "Basalt Build", "Fennel Catering", "Harbour Freight Lines", "Iris Textiles", "Kestrel Aviation", "Larkspur Media",
    ];

    public static (IReadOnlyList<BankLine> Statement, IReadOnlyList<LedgerLine> Ledger) Make(Dice dice, Entity entity, int payments)
    {
        var statement = new List<BankLine>();
        var ledger = new List<LedgerLine>();
        var amounts = new HashSet<decimal>();
        int rare = Math.Max(1, payments / 70);
        HashSet<int> outstanding = [.. dice.Draw([.. Enumerable.Range(0, payments)], rare + 1)];
        HashSet<int> misbooked = [.. dice.Draw([.. Enumerable.Range(0, payments).Where(x => !outstanding.Contains(x))], rare)];
        for (int deal = 0; deal < payments; deal++)
        {
            decimal amount;
            do
            {
                amount = dice.Amount(40, 18_000) * (dice.Chance(55) ? 1 : -1);
            }
            while (!amounts.Add(amount));

            bool isOutstanding = outstanding.Contains(deal);
            int day = isOutstanding ? dice.Number(30, 31) : dice.Number(1, 29);
            string reference = $"RF{dice.Number(100_000, 999_999)}{deal % 10}";
            string party = dice.Pick(Parties);
            string text = amount > 0 ? $"Receipt {party} {entity.Country}" : $"Payment run {party} {entity.Country}";
            decimal booked = misbooked.Contains(deal) ? Transposed(amount) : amount;
            ledger.Add(new LedgerLine(string.Empty, Date(day), reference, text, booked, deal));
            if (!isOutstanding)
            {
                string shown = dice.Chance(10) && !misbooked.Contains(deal) ? "NOTPROVIDED" : reference;
                statement.Add(new BankLine(string.Empty, Date(day + dice.Number(0, 2)), shown, $"SEPA {(amount > 0 ? "CREDIT" : "DEBIT")} {party.ToUpperInvariant()}", amount, deal));
            }
        }

        if (payments > 0)
        {
            LedgerLine twice = dice.Pick([.. ledger.Where(x => !outstanding.Contains(x.Deal) && !misbooked.Contains(x.Deal) && statement.Any(s => s.Reference == x.Reference))]);
            ledger.Add(twice with { Date = Date(29) });
            AddUnrecorded(dice, statement, payments, rare);
        }

        return ([.. statement.OrderBy(x => x.Date, StringComparer.Ordinal).ThenBy(x => x.Deal).Select((x, i) => x with { Line = $"S{i + 1:0000}" })],
            [.. ledger.OrderBy(x => x.Date, StringComparer.Ordinal).ThenBy(x => x.Deal).Select((x, i) => x with { Entry = $"L{i + 1:0000}" })]);
    }

    private static void AddUnrecorded(Dice dice, List<BankLine> statement, int payments, int count)
    {
        string[] texts = ["ACCOUNT FEE", "INTEREST CHARGED", "CARD FEES", "RETURNED DIRECT DEBIT", "CORRESPONDENT BANK FEE"];
        for (int i = 0; i <= count; i++)
        {
            statement.Add(new BankLine(string.Empty, Date(dice.Number(20, 31)), $"BK{dice.Number(1000, 9999)}{i}", texts[i % texts.Length], -dice.Amount(8, 39), payments + i));
        }
    }

    // Two digits change places, the clerk's oldest mistake.
    private static decimal Transposed(decimal amount)
    {
        decimal whole = Math.Truncate(Math.Abs(amount));
        decimal tens = Math.Truncate(whole / 10) % 10;
        decimal ones = whole % 10;
        decimal shifted = tens == ones ? Math.Abs(amount) + 9 : Math.Abs(amount) - (tens * 10) - ones + (ones * 10) + tens;
        return Math.Sign(amount) * shifted;
    }

    private static string Date(int day) => $"{Group.Period}-{Math.Min(day, 31):00}";
}
