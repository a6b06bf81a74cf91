using TokenThrift.Receipts;

namespace TokenThrift.Samples.Dashboard.Live;

/// <summary>Makes the report of the receipts that a book has kept, once for each state of the book however many ask. Safe for concurrent use.</summary>
internal sealed class ReportMaker(ReceiptBook book, ReportFeed feed)
{
    private readonly Lock _lock = new();
    private SavingsReport? _report;
    private long _version = -1;

    /// <summary>The report as of now.</summary>
    public SavingsReport Report()
    {
        lock (_lock)
        {
            long version = feed.Receipts;
            if (_report is null || version != _version)
            {
                _report = SavingsReport.Of(book.Recent(), new SavingsReportOptions { Title = "Month-end close, live" });
                _version = version;
            }

            return _report;
        }
    }
}
