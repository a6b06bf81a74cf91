namespace TokenThrift.Samples.MonthEndClose.Company;

/// <summary>Makes a group of companies from a seed.</summary>
internal static class GroupGenerator
{
    private static readonly Entity[] Candidates =
    [
        new("DE01", "Aldermoor Werke GmbH", "Germany", "EUR"), new("FR01", "Aldermoor France SAS", "France", "EUR"),
        new("NL01", "Aldermoor Benelux BV", "Netherlands", "EUR"), new("IT01", "Aldermoor Italia Srl", "Italy", "EUR"),
        new("GB01", "Aldermoor UK Ltd", "United Kingdom", "GBP"), new("US01", "Aldermoor Inc.", "United States", "USD"),
        new("CH01", "Aldermoor Schweiz AG", "Switzerland", "CHF"), new("PL01", "Aldermoor Polska Sp. z o.o.", "Poland", "PLN"),
        new("SE01", "Aldermoor Sverige AB", "Sweden", "SEK"), new("CA01", "Aldermoor Canada Ltd", "Canada", "CAD"),
        new("NO01", "Aldermoor Norge AS", "Norway", "NOK"), new("ES01", "Aldermoor Iberia SL", "Spain", "EUR"),
    ];

    private static readonly (string Currency, decimal Rate)[] UsualRates =
    [
        ("EUR", 1m), ("GBP", 1.1635m), ("USD", 0.9212m), ("CHF", 1.0488m), ("PLN", 0.2331m), ("SEK", 0.0886m), ("CAD", 0.6741m), ("NOK", 0.0863m),
    ];

    public static Group Generate(int seed)
    {
        var dice = new Dice(seed);
        IReadOnlyList<Entity> entities = dice.Draw(Candidates, 10);
        var closing = UsualRates.ToDictionary(x => x.Currency, x => x.Currency == Group.Currency ? 1m : Moved(dice, x.Rate));
        var average = closing.ToDictionary(x => x.Key, x => x.Key == Group.Currency ? 1m : Moved(dice, x.Value));
        var policies = new Policies(
            AccrualThreshold: dice.Number(5, 9) * 100,
            CapitalThreshold: dice.Number(8, 12) * 100,
            VarianceAmount: dice.Number(4, 6) * 10_000,
            VariancePercent: dice.Number(10, 15),
            IntercompanyTolerance: dice.Number(2, 5) * 100);

        // The three bank accounts to reconcile: a small one, a middling one and a large one.
        int[] payments = [50, 220, 640];
        EntityBooks[] books = [.. entities.Select((entity, at) => BooksOf(dice, entity, at < payments.Length ? payments[at] : 0, policies, closing))];
        IntercompanyBooks.Fill(dice, books, closing, policies);
        return new Group("Aldermoor Group", seed)
        {
            Chart = GroupChart.Accounts,
            ClosingRates = closing,
            AverageRates = average,
            Books = books,
            Policies = policies,
        };
    }

    private static EntityBooks BooksOf(Dice dice, Entity entity, int payments, Policies policies, Dictionary<string, decimal> rates)
    {
        (IReadOnlyList<BankLine> statement, IReadOnlyList<LedgerLine> ledger) = BankBooks.Make(dice, entity, payments);
        (IReadOnlyList<Contract> contracts, IReadOnlyList<Invoice> invoices) = VendorBooks.Make(dice, policies);
        (IReadOnlyList<BalanceLine> balances, IReadOnlyList<Journal> journals) = LedgerBooks.Make(dice, entity, policies);
        return new EntityBooks(entity)
        {
            TrialBalance = balances,
            Journals = journals,
            BankStatement = statement,
            BankLedger = ledger,
            Contracts = contracts,
            Invoices = invoices,
            ForeignBalances = TreasuryBooks.ForeignBalances(dice, entity, rates),
            Prepaids = TreasuryBooks.Prepaids(dice),
            Assets = AssetBooks.Register(dice, entity),
            Purchases = AssetBooks.Purchases(dice, entity, policies),
            NewAccounts = [.. dice.Draw(GroupChart.LocalNames, 7).Select(x => new LocalAccount(entity.Code, Written(dice, x.LocalName)))],
        };
    }

    private static decimal Moved(Dice dice, decimal rate) => Math.Round(rate * (1 + (dice.Number(-250, 250) / 10_000m)), 4);

    // Some local bookkeepers write in capitals.
    private static string Written(Dice dice, string name) => dice.Chance(20) ? name.ToUpperInvariant() : name;
}
