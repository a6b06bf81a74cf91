namespace TokenThrift.Samples.MonthEndClose.Tasks;

/// <summary>The tasks of a close, in the order of its timetable, each with the budget that a controller would give it.</summary>
internal static class CloseTasks
{
    public static IReadOnlyList<CloseTask> All { get; } =
    [
        new ChartMapping("chart-mapping", 0.30m),
        new CapitalisationReview("capitalisation", 0.30m),
        new BankReconciliation("bank-small", 0.40m, 0),
        new BankReconciliation("bank-medium", 0.80m, 1),
        new BankReconciliation("bank-large", 2.50m, 2),
        new DuplicateInvoices("duplicate-invoices", 0.30m),
        new CutoffReview("cut-off", 0.40m),
        new MissingAccruals("accruals", 1.00m),
        new PrepaidAmortisation("prepaid-expenses", 0.30m),
        new DepreciationReview("depreciation", 0.40m),
        new CurrencyRevaluation("revaluation", 0.40m),
        new IntercompanyMatching("intercompany", 0.40m),
        new TrialBalanceCheck("trial-balances", 0.60m),
        new VarianceReview("variances", 1.20m),
        new IncomeConsolidation("consolidation", 0.80m),
        new CloseReport("close-report", 0.50m),
    ];
}
