namespace TokenThrift.Receipts;

/// <summary>Keeps the last receipts in memory. Safe for concurrent use.</summary>
public sealed class InMemoryReceiptSink : IReceiptSink
{
    private readonly Lock _lock = new();
    private readonly Queue<ThriftReceipt> _receipts = new();
    private readonly int _capacity;

    /// <summary>Initializes a new instance of the <see cref="InMemoryReceiptSink"/> class.</summary>
    /// <param name="capacity">How many receipts are kept; the oldest go first. 0 keeps none.</param>
    /// <exception cref="ArgumentOutOfRangeException">The capacity is negative.</exception>
    public InMemoryReceiptSink(int capacity = 1000)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(capacity);
        _capacity = capacity;
    }

    /// <summary>Returns the receipts that are kept.</summary>
    /// <returns>A snapshot, oldest first.</returns>
    public IReadOnlyList<ThriftReceipt> Receipts()
    {
        lock (_lock)
        {
            return [.. _receipts];
        }
    }

    /// <inheritdoc/>
    public ValueTask AddAsync(ThriftReceipt receipt, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        Add(receipt);
        return ValueTask.CompletedTask;
    }

    internal void Add(ThriftReceipt receipt)
    {
        lock (_lock)
        {
            if (_capacity > 0 && _receipts.Count >= _capacity)
            {
                _receipts.Dequeue();
            }

            if (_capacity > 0)
            {
                _receipts.Enqueue(receipt);
            }
        }
    }
}
