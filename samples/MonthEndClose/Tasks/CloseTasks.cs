namespace TokenThrift.Samples.MonthEndClose.Tasks;

/// <summary>The tasks of a close, in the order of its timetable, each with the budget that a controller would give it.</summary>
internal static class CloseTasks
{
    public static IReadOnlyList<CloseTask> All { get; } =
    [
        new ChartMapping("chart-mapping", 0.25m),
        new CapitalisationReview("capitalisation", 0.40m),
        new BankReconciliation("bank-small", 0.15m, 0),
        new BankReconciliation("bank-medium", 0.40m, 1),
        new BankReconciliation("bank-large", 1.00m, 2),
        new DuplicateInvoices("duplicate-invoices", 0.10m),
        new CutoffReview("cut-off", 0.20m),
        new MissingAccruals("accruals", 0.80m),
        new PrepaidAmortisation("prepaid-expenses", 0.10m),
        new DepreciationReview("depreciation", 0.25m),
        new CurrencyRevaluation("revaluation", 0.20m),
        new IntercompanyMatching("intercompany", 0.25m),
        new TrialBalanceCheck("trial-balances", 0.35m),
        new VarianceReview("variances", 0.60m),
        new IncomeConsolidation("consolidation", 0.35m),
        new CloseReport("close-report", 0.20m),
    ];
}
