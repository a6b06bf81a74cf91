namespace TokenThrift.Samples.MonthEndClose.Company;

/// <summary>All books of one entity for the month.</summary>
internal sealed record EntityBooks(Entity Entity)
{
    public IReadOnlyList<BalanceLine> TrialBalance { get; init; } = [];

    public IReadOnlyList<Journal> Journals { get; init; } = [];

    public IReadOnlyList<BankLine> BankStatement { get; init; } = [];

    public IReadOnlyList<LedgerLine> BankLedger { get; init; } = [];

    public IReadOnlyList<Invoice> Invoices { get; init; } = [];

    public IReadOnlyList<Contract> Contracts { get; init; } = [];

    public IReadOnlyList<ForeignBalance> ForeignBalances { get; init; } = [];

    public IReadOnlyList<IntercompanyBalance> Intercompany { get; init; } = [];

    public IReadOnlyList<Prepaid> Prepaids { get; init; } = [];

    public IReadOnlyList<Asset> Assets { get; init; } = [];

    public IReadOnlyList<PurchaseLine> Purchases { get; init; } = [];

    public IReadOnlyList<LocalAccount> NewAccounts { get; init; } = [];
}
