using System.Text.Json.Serialization;

namespace TokenThrift.Samples.MonthEndClose.Company;

// The rows that the company's systems return. Amounts are debit-positive unless a comment says otherwise.

internal sealed record Entity(string Code, string Name, string Country, string Currency);

internal sealed record Account(string Code, string Name, string Covers);

internal sealed record BalanceLine(string Account, string Name, decimal Opening, decimal Debit, decimal Credit, decimal Closing, decimal PriorMonth);

internal sealed record Journal(string Entry, string Date, string Account, decimal Amount, string Memo, string PreparedBy);

/// <param name="Deal">Which payment the line belongs to; the answer key, never shown.</param>
internal sealed record BankLine(string Line, string Date, string Reference, string Text, decimal Amount, [property: JsonIgnore] int Deal);

/// <param name="Deal">Which payment the line belongs to; the answer key, never shown.</param>
internal sealed record LedgerLine(string Entry, string Date, string Reference, string Text, decimal Amount, [property: JsonIgnore] int Deal);

internal sealed record Invoice(string Number, string Vendor, string Description, string Posted, string ServiceDate, decimal Net, string Account, string ApprovedBy);

/// <param name="Amount">A month's amount in the entity's currency.</param>
internal sealed record Contract(string Id, string Vendor, string Service, string Kind, decimal Amount, string Starts, string? SuspendedFrom);

internal sealed record ForeignBalance(string Account, string Name, string Currency, decimal ForeignAmount, decimal BookedAmount);

/// <param name="Amount">In the entity's currency, positive on both sides.</param>
internal sealed record IntercompanyBalance(string Counterparty, string Side, decimal Amount);

internal sealed record Prepaid(string Description, decimal Amount, int Months, string Starts);

internal sealed record Asset(string Tag, string Description, string Acquired, decimal Cost, int LifeMonths, decimal Accumulated, decimal BookedThisMonth);

internal sealed record PurchaseLine(string Id, string Description, decimal Price, int Quantity);

internal sealed record LocalAccount(string Entity, string Name);
