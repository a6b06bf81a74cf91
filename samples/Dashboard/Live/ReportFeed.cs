using System.Runtime.CompilerServices;
using TokenThrift.Receipts;

namespace TokenThrift.Samples.Dashboard.Live;

/// <summary>Tells whoever watches that something has changed. A sink that only counts, so no request waits for a page. Safe for concurrent use.</summary>
internal sealed class ReportFeed : IReceiptSink
{
    private static readonly TimeSpan AtMostEvery = TimeSpan.FromMilliseconds(500);
    private readonly Lock _lock = new();
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _receipts;
    private long _changes;

    /// <summary>Gets how many receipts have come in.</summary>
    public long Receipts => Interlocked.Read(ref _receipts);

    public ValueTask AddAsync(ThriftReceipt receipt, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _receipts);
        Announce();
        return ValueTask.CompletedTask;
    }

    /// <summary>Says that something has changed that the page shows.</summary>
    public void Announce()
    {
        TaskCompletionSource waiting;
        lock (_lock)
        {
            _changes++;
            waiting = _next;
            _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        waiting.SetResult();
    }

    /// <summary>Yields the number of receipts now, and again after each change, at most twice a second.</summary>
    public async IAsyncEnumerable<long> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long seen = -1;
        while (true)
        {
            Task next;
            long changes;
            lock (_lock)
            {
                next = _next.Task;
                changes = _changes;
            }

            if (changes == seen)
            {
                await next.WaitAsync(cancellationToken);
                continue;
            }

            seen = changes;
            yield return Receipts;
            await Task.Delay(AtMostEvery, cancellationToken);
        }
    }
}
