namespace TokenThrift.Samples.MonthEndClose.Company;

/// <summary>The group's chart of accounts, and the names under which local books know them.</summary>
internal static class GroupChart
{
    public static IReadOnlyList<Account> Accounts { get; } =
    [
        new("1000", "Bank", "operating bank accounts, current accounts, cash at bank"),
        new("1100", "Trade receivables", "amounts owed by customers, accounts receivable, debtors"),
        new("1150", "Intercompany receivables", "amounts owed by group companies, loans to affiliates"),
        new("1200", "Inventory", "goods for resale, raw materials, stock on hand, work in progress"),
        new("1300", "Prepaid expenses", "payments in advance, prepaid insurance, deferred charges"),
        new("1400", "Input tax", "recoverable value added tax, sales tax receivable"),
        new("1500", "Property and equipment", "machinery, vehicles, office furniture, computers at cost"),
        new("1590", "Accumulated depreciation", "depreciation to date of property and equipment"),
        new("1600", "Intangible assets", "licences bought outright, patents, capitalised software"),
        new("2000", "Trade payables", "amounts owed to suppliers, accounts payable, creditors"),
        new("2050", "Intercompany payables", "amounts owed to group companies, loans from affiliates"),
        new("2100", "Accrued expenses", "goods and services received but not invoiced, accruals"),
        new("2200", "Payroll liabilities", "wages payable, social security due, withheld income tax"),
        new("2300", "Output tax", "value added tax payable, sales tax due"),
        new("2400", "Deferred revenue", "customer prepayments, contract liabilities, unearned income"),
        new("2500", "Bank loans", "term loans, overdrafts, credit lines drawn"),
        new("3000", "Share capital", "issued shares, paid in capital"),
        new("3100", "Retained earnings", "profits of earlier years brought forward"),
        new("4000", "Product revenue", "sales of goods, turnover from products"),
        new("4100", "Service revenue", "consulting fees earned, maintenance income, subscriptions sold"),
        new("4200", "Other income", "rental income, gains on disposal, grants"),
        new("5000", "Cost of goods sold", "materials consumed, purchased goods, freight inward"),
        new("5100", "Subcontractors", "external labour billed on projects, freelancers"),
        new("6000", "Salaries", "wages, salaries, bonuses, overtime"),
        new("6050", "Social charges", "employer social security, pension contributions"),
        new("6100", "Rent", "office rent, warehouse lease, building service charges"),
        new("6150", "Utilities", "electricity, gas, water, heating"),
        new("6200", "Travel", "flights, hotels, mileage, subsistence"),
        new("6250", "Marketing", "advertising, trade fairs, sponsorship"),
        new("6300", "Software subscriptions", "cloud hosting, hosted software, user licences by the month"),
        new("6350", "Telecommunications", "mobile phones, internet lines, telephone"),
        new("6400", "Professional fees", "audit, legal advice, tax advisers"),
        new("6450", "Insurance", "liability, property and vehicle insurance premiums"),
        new("6500", "Repairs and maintenance", "servicing of machines, small repairs, cleaning"),
        new("6550", "Office supplies", "stationery, toner, small tools, postage"),
        new("6600", "Depreciation", "depreciation charge of the month"),
        new("7000", "Interest expense", "interest on loans, overdraft interest"),
        new("7100", "Bank charges", "account fees, card fees, payment fees"),
        new("7200", "Exchange differences", "currency gains and losses, revaluation"),
        new("9999", "Suspense", "items to be cleared; must be nil at the close"),
    ];

    /// <summary>Gets how local books name the account, the account's code first.</summary>
    public static IReadOnlyList<(string Code, string LocalName)> LocalNames { get; } =
    [
        ("1000", "Current account with main bank"), ("1100", "Customers, debtors ledger"), ("1200", "Raw materials and work in progress"),
        ("1300", "Prepaid insurance and deferred charges"), ("1400", "Recoverable value added tax"), ("1500", "Machinery and vehicles at cost"),
        ("1600", "Patents and licences bought outright"), ("2000", "Suppliers, creditors ledger"), ("2100", "Received but not invoiced"),
        ("2200", "Social security due and withheld income tax"), ("2300", "Value added tax payable"), ("2400", "Customer prepayments, unearned income"),
        ("2500", "Overdrafts and term loans"), ("4000", "Turnover from products"), ("4100", "Maintenance income"),
        ("4200", "Rental income and grants"), ("5000", "Materials consumed, freight inward"), ("5100", "Freelancers on projects"),
        ("6000", "Wages, overtime and bonuses"), ("6050", "Employer pension contributions"), ("6100", "Warehouse lease"),
        ("6150", "Electricity and heating"), ("6200", "Hotels, flights and mileage"), ("6250", "Advertising and trade fairs"),
        ("6300", "Cloud hosting and hosted software"), ("6350", "Mobile phones and internet lines"), ("6400", "Legal advice and audit"),
        ("6450", "Vehicle insurance premiums"), ("6500", "Cleaning and small repairs"), ("6550", "Stationery and toner"),
        ("7000", "Overdraft interest"), ("7100", "Card fees and payment fees"), ("7200", "Currency gains and losses"),
    ];
}
