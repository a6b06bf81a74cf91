namespace TokenThrift.Receipts;

/// <summary>Adds receipts up, exactly. Safe for concurrent use.</summary>
internal sealed class SavingsAccumulator
{
    private readonly Lock _lock = new();
    private readonly SummaryBuilder _sum = new();

    public void Add(ThriftReceipt receipt)
    {
        lock (_lock)
        {
            _sum.Add(receipt);
        }
    }

    public SavingsSummary Snapshot()
    {
        lock (_lock)
        {
            return _sum.ToSummary();
        }
    }
}
