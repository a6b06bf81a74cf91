namespace TokenThrift.Samples.MonthEndClose.Company;

/// <summary>The group's accounting policies: the numbers in force and the prose in which people read them.</summary>
internal sealed record Policies(decimal AccrualThreshold, decimal CapitalThreshold, decimal VarianceAmount, int VariancePercent, decimal IntercompanyTolerance)
{
    public IReadOnlyList<string> AlwaysAccruedKinds { get; init; } = ["utilities", "payroll services"];

    public string Accruals => $"""
        Accounting policy 4.2: Accruals

        Purpose. This policy makes sure that the expenses of a month are shown in that month, whichever day the supplier's
        invoice happens to arrive. It applies to every entity of the group, whatever the local statute says about
        materiality, and it is reviewed by the group controller once a year. Questions go to the group reporting team.

        Recognition. An expense is accrued when a contract was in force in the period and no invoice of that vendor for a
        service date in the period was posted by the period end. The amount accrued is the monthly amount of the contract.
        Amounts below {AccrualThreshold:0} in the entity's currency are not accrued. The threshold does not apply to
        {AlwaysAccruedKinds[0]} and {AlwaysAccruedKinds[1]}, which are accrued whatever the amount. A contract that is
        suspended is not accrued, even where the threshold does not apply, unless the suspension begins after the period end.

        Reversal. Every accrual is reversed on the first day of the following period. A local controller who keeps an
        accrual for more than two periods explains why in the close memo. Estimates are documented with the source of the
        amount, which is the contract in all normal cases.

        Evidence. Keep the contract, the last invoice and, for consumption-based services, the meter reading. The internal
        auditors draw a sample of twenty-five accruals each quarter and report on their age and their accuracy.
        """;

    public string Capitalisation => $"""
        Accounting policy 5.1: Capitalisation of purchases

        Purpose. This policy says which purchases become assets and which are expensed at once. It applies to all entities.
        The tax treatment may differ; local books keep the difference in a memorandum account.

        Rule. A purchase is capitalised when its unit price is {CapitalThreshold:0} or more and it is used for longer than one
        year; anything cheaper is expensed. Subscriptions, hosting and support contracts are services and are expensed whatever
        their price. Items below the threshold that are bought as part of one installation are capitalised together, when unit
        price times quantity reaches the threshold and the description says that they are an initial installation. Repairs are
        expensed whatever their price, unless they extend the useful life of the asset.

        Depreciation. Assets are depreciated on a straight line: cost divided by the useful life in months, each full month.
        No charge is booked in the month of acquisition for assets acquired after the fifteenth. No charge is booked once the
        accumulated depreciation has reached the cost; the last charge is only what is left. Useful lives are set by asset class
        in appendix B and are not changed during the year without the consent of the group controller.

        Disposal. Assets that are sold or scrapped leave the register in the month in which they leave the building. Gains and
        losses on disposal are shown in other income. Fully depreciated assets in use stay in the register at cost.
        """;

    public string Close => $"""
        Accounting policy 1.3: The monthly close

        Timetable. The close runs over five working days. Day one: bank and sub-ledgers. Day two: accruals, prepaid expenses
        and depreciation. Day three: currencies and intercompany. Day four: analytical review. Day five: consolidation and the
        close report. The controller of each entity signs the checklist; the group controller signs the report.

        Analytical review. A balance of income or expense is explained when it moved by more than {VariancePercent} percent and by
        more than {VarianceAmount:0} in the entity's currency against the month before. The explanation names the journal entry
        that drove the movement, which is the largest entry on the account in the direction of the movement.

        Intercompany. Balances between two entities are compared in the group's currency at closing rates. A difference of more
        than {IntercompanyTolerance:0} is reported with both balances and is cleared by the debtor's controller within a week.

        Currencies. Monetary balances in foreign currency are revalued at the closing rate; the difference to the booked amount
        is an exchange gain or loss of the month. Income and expense are translated at the average rate of the month.

        Suspense. Account 9999 is nil at the close and total debits equal total credits in every trial balance.
        """;
}
