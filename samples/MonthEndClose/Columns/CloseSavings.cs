using TokenThrift.Receipts;
using TokenThrift.Samples.MonthEndClose.Company;

namespace TokenThrift.Samples.MonthEndClose.Columns;

/// <summary>The savings report of one close.</summary>
internal static class CloseSavings
{
    // Models of other vendors that the team could sign up for: the drills ask what they would cost.
    private static readonly string[] OnTheShelf = ["claude-sonnet-5", "gemini-3.5-flash", "mistral-small-2603"];

    /// <summary>Reports on the receipts that a book has kept.</summary>
    public static SavingsReport Of(ReceiptBook book, Group group)
    {
        IReadOnlyList<ThriftReceipt> receipts = book.Recent();
        return SavingsReport.Of(receipts, new SavingsReportOptions
        {
            Title = $"Month-end close {Group.Period}, {group.Name}",
            Alternatives = [.. receipts.SelectMany(receipt => receipt.Calls).Select(call => call.Model?.Id).OfType<string>().Distinct().Concat(OnTheShelf)],
        });
    }
}
